package sqlstore

import "context"

// Interrupt lets a test fail a step: "begin" before BEGIN, "statement" before each statement that writes, "commit" before COMMIT.
func (s *Store) Interrupt(f func(step string) error) { s.interrupt = f }

// Execute runs a statement on the writer's connection, which must be idle: the test has nothing submitted.
func (s *Store) Execute(ctx context.Context, statement string) error {
	_, err := s.queue.writer.session.exec(ctx, statement)
	return err
}

// WriterBackend gives the number of the server's process that serves the writer.
func (s *Store) WriterBackend(ctx context.Context) (pid int64, err error) {
	_, err = s.queue.writer.session.row(ctx, "SELECT pg_backend_pid()", nil, &pid)
	return pid, err
}

// MaxStatements is how many prepared statements one connection keeps.
const MaxStatements = maxStatements
