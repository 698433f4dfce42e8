// Package hosttty gives the guest the host's standard descriptors: terminals, pipes, sockets and files.
//
// The descriptors are shared with whoever started muslrun, which sets the rules:
//
//   - Nothing is read that the guest did not ask for: the next program of a shell script reads the same input.
//   - O_NONBLOCK is not set on them, since it belongs to the shared description. Terminals are opened once more, with
//     O_NONBLOCK; pipes and sockets are asked with RWF_NOWAIT; where the host knows neither, poll(2) is asked first and
//     little is moved at a time.
//   - The offset of a file is the host's (fs.OwnOffset).
//   - The guest sees none of the host's numbers and names: devices, inodes, owners and links are its own.
//
// Readiness comes from one goroutine, which runs only while somebody waits and asks the host only about what is waited
// for (poller).
//
// # What the program that embeds it has to do
//
//   - signal.Ignore(SIGPIPE), or the Go runtime ends muslrun when its own os.Stdout breaks. Writes of the guest do not
//     need it; they answer EPIPE.
//   - Call Stdio.Restore when the guest did not end by its own exit: the terminal gets back the mode that it had. After a
//     normal exit it keeps the mode that the guest gave it, as stty(1) needs.
//   - Turn SIGINT, SIGQUIT and SIGTSTP of the host into those of the guest, and call Terminal.Resized at SIGWINCH.
//   - Call Restore before it stops itself, and Stdio.Apply when it is continued.
//   - Give each Terminal its JobControl (fs.JobControl), which keeps the guest's background from reading.
//
// The Go runtime opens /dev/null for standard descriptors that are closed, so the guest sees that.
package hosttty
