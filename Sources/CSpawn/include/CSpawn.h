#ifndef CSPAWN_H
#define CSPAWN_H

#include <stdint.h>
#include <sys/types.h>

/// What to start, and how. Strings end with a zero byte, lists with a null pointer; all of it is only borrowed.
struct cspawn_request {
    const char *executable;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    /// The descriptor that becomes the process's standard output and standard error.
    int output;
    /// How many descriptors the process may have open.
    uint64_t open_files;
};

/// Where starting a process failed.
enum cspawn_stage {
    CSPAWN_STAGE_CLONE,
    CSPAWN_STAGE_PREPARE,
    CSPAWN_STAGE_DIRECTORY,
    CSPAWN_STAGE_EXECUTE,
};

/// A process that was started.
struct cspawn_process {
    pid_t pid;
    /// Becomes readable when the process ends.
    int pidfd;
    /// Where starting it failed, when it did.
    int stage;
};

/// Starts a process in a session and a group of its own. When this returns 0, the new program is running; otherwise the
/// error number says why it is not, and nothing remains.
///
/// The process is killed when the calling thread ends: call this from a thread that lives as long as the process may.
int cspawn_start(const struct cspawn_request *request, struct cspawn_process *process);

/// How a process ended.
struct cspawn_end {
    /// Whether a signal ended it; `number` is then the signal, otherwise the exit status.
    int by_signal;
    int number;
};

/// Takes the end of a process from the kernel. Returns 0, or EAGAIN while it runs.
int cspawn_reap(int pidfd, struct cspawn_end *end);

/// Sends a signal to every process of a group.
int cspawn_signal_group(pid_t group, int signal);

/// Kills a process that was started here and has not been reaped, its group, and all that descends from it, whichever
/// session or group that has gone to. Returns how many descendants there were; -1
/// where it had ended already.
///
/// The process adopts what its descendants leave behind (it is a child subreaper): as long as it is there, the tree below
/// it is whole, whoever forked twice. Once it has ended, the tree is gone; see `cspawn_kill_marked`.
int cspawn_kill_tree(pid_t root);

/// Kills every process whose environment has the entry `NAME=value`, or with `is_prefix` one that begins so, and that was
/// started at `since` or later, as `cspawn_start_time` counts. Returns how many. This process is passed over.
///
/// Looks through all processes of the machine: milliseconds.
int cspawn_kill_marked(const char *entry, int is_prefix, uint64_t since);

/// When a process was started, in the kernel's ticks since the machine was; 0 where there is none of that number.
uint64_t cspawn_start_time(pid_t pid);

/// Whether somebody has a file open for writing; 0 also where the file system cannot tell.
int cspawn_is_being_written(const char *path);

/// A pipe whose reading end does not block; neither end is inherited.
int cspawn_pipe(int *reading, int *writing);

/// What `cspawn_poll` waits on: any number of descriptors, each with a token.
int cspawn_poll_open(void);
int cspawn_poll_add(int poll, int descriptor, uint64_t token);
int cspawn_poll_remove(int poll, int descriptor);
/// Waits until something can be read or has closed; returns how many tokens were written, negative for an error.
int cspawn_poll(int poll, uint64_t *tokens, int capacity);

/// A descriptor that wakes `cspawn_poll` from another thread.
int cspawn_bell_open(void);
void cspawn_bell_ring(int bell);
void cspawn_bell_silence(int bell);

#endif
