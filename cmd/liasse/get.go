package main

import (
	"context"
	"fmt"

	"liasse/internal/xdsclient"
)

func runGet(ctx context.Context, args []string, std streams) error {
	fs := flags("get", "UNIQUEID… -o DIR",
		"Retrieves documents (ITI-43) into a folder and checks each against the hash and size that the\nregistry has. The repositoryUniqueId is asked of the registry unless --repository-id gives it.", std)
	dir := fs.String("o", ".", "folder for the files; made when absent")
	repositoryID := fs.String("repository-id", "", "repositoryUniqueId, to retrieve without asking a registry")
	patient := fs.String("patient", "", "patient identifier ID^^^&OID&ISO; needed with --identity, whose token opens one record")
	server := connectionFlags(fs)
	uniqueIDs, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(uniqueIDs) == 0 {
		return usageError{"name at least one uniqueId"}
	}
	client, err := server.client()
	if err != nil {
		return err
	}
	if client.Patient = *patient; client.Identity != nil && client.Patient == "" {
		return usageError{"--patient is needed with --identity"}
	}
	saved, err := client.Save(ctx, uniqueIDs, *repositoryID, *dir)
	for _, s := range saved {
		fmt.Fprintf(std.out, "%s  %d bytes  %s\n", s.Path, s.Size, checked(s))
	}
	if showRefusal(std.err, err) {
		return errFailed
	}
	return err
}

func checked(s xdsclient.Saved) string {
	if s.Checked {
		return "hash and size as registered"
	}
	return "not checked: the registry gave no hash"
}
