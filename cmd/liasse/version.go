package main

import (
	"context"
	"fmt"
	"runtime"
)

// version is set by the linker for a release.
var version = "0.1-dev"

func runVersion(_ context.Context, args []string, std streams) error {
	fs := flags("version", "", "Prints the version.", std)
	if _, err := parse(fs, args); err != nil {
		return err
	}
	_, err := fmt.Fprintf(std.out, "liasse %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
