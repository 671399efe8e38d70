package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"liasse/dmp"
	"liasse/registry"
	"liasse/repository"
	"liasse/soap"
	"liasse/vihf"
)

// dmpTransactions are those that profile dmp serves. The others of the two actors would change the record without the
// signature of a lot, or read it without a token that names the patient.
var dmpTransactions = []string{"ITI-18", "ITI-41", "ITI-43"}

// makeProfile makes what profile dmp sets before the actors: who asks, what they see, and who signed a lot.
func (s *Server) makeProfile() error {
	if s.cfg.Profile != ProfileDMP {
		return nil
	}
	structures, professionals, err := s.openDirectories()
	if err != nil {
		return err
	}
	cfg := &s.cfg.VIHF
	verifier, err := vihf.New(vihf.Config{
		Trust: s.trusts.token, MaxAge: time.Duration(cfg.MaxAge), Skew: time.Duration(cfg.Skew),
		Versions: cfg.Versions, Homologations: cfg.Homologations, PatientAuthorities: s.cfg.Affinity.AssigningAuthorities,
		Structures: structures, Professionals: professionals,
		Replay: s.store, ReplayScope: vihf.ReplayScope(cfg.Replay), PeerChecks: s.cfg.peersKnown(), SubCodes: cfg.Subcodes,
	})
	if err != nil {
		return fmt.Errorf("making the verifier of identity tokens: %w", err)
	}
	s.profile, err = dmp.New(dmp.Config{Verifier: verifier, LotTrust: s.trusts.lot, Language: s.cfg.Language})
	if err != nil {
		return fmt.Errorf("making profile dmp: %w", err)
	}
	return nil
}

// openDirectories reads the directories that the configuration names and has them looked at for changes; nil where it
// names none.
func (s *Server) openDirectories() (structures *vihf.Structures, professionals *vihf.Professionals, err error) {
	var faults []error
	every := time.Duration(s.cfg.Trust.Refresh)
	if path := s.cfg.VIHF.Structures; path != "" {
		if structures, err = vihf.LoadStructures(path); err != nil {
			faults = append(faults, fmt.Errorf("vihf.structures: %w", err))
		} else {
			s.watchers.start(func(ctx context.Context) { structures.Watch(ctx, every, s.tellReload("directory of structures")) })
		}
	}
	if path := s.cfg.VIHF.Professionals; path != "" {
		if professionals, err = vihf.LoadProfessionals(path); err != nil {
			faults = append(faults, fmt.Errorf("vihf.professionals: %w", err))
		} else {
			s.watchers.start(func(ctx context.Context) { professionals.Watch(ctx, every, s.tellReload("directory of professionals")) })
		}
	}
	return structures, professionals, errors.Join(faults...)
}

// guard puts the profile, where there is one, before the actors.
func (s *Server) guard(actor *registry.Config, documents *repository.Config) {
	if s.profile == nil {
		return
	}
	actor.Policy, documents.Policy, documents.Judge = s.profile, s.profile, s.profile.Judge
}

// authenticate gives what finds out who sends a message, nil where nobody asks.
func (s *Server) authenticate() func(context.Context, *soap.Request) (context.Context, error) {
	if s.profile == nil {
		return nil
	}
	return s.profile.Authenticate
}

// served gives those of an actor's transactions that the profile serves.
func (s *Server) served(all []soap.Transaction) []soap.Transaction {
	if s.profile == nil {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(t soap.Transaction) bool { return !slices.Contains(dmpTransactions, t.Name) })
}
