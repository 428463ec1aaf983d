#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { child_stack_bytes = 64 * 1024 };

/// Shared between the caller and the child, which runs in the caller's memory until it executes its program.
struct child {
    const struct cspawn_request *request;
    pid_t parent;
    int stage;
    int error;
};

static void close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0) return;
    // Kernels before 5.9.
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int descriptor = first; descriptor < end; descriptor++) close(descriptor);
}

/// In the child. Other threads of the caller run on beside it in the same memory: nothing in here may take a lock or
/// allocate.
static int run_child(void *argument) {
    struct child *child = argument;
    const struct cspawn_request *request = child->request;
    child->stage = CSPAWN_STAGE_PREPARE;

    if (setsid() < 0) goto failed;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) goto failed;
    // What its descendants leave behind stays below it, where it can be found. Not vital where a kernel cannot.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    // The caller may have been killed before the line above.
    if (getppid() != child->parent) _exit(127);

    int input = open("/dev/null", O_RDONLY);
    if (input < 0) goto failed;
    if (dup2(input, 0) < 0) goto failed;
    // The output may itself be one of the three: a copy above them keeps it while they are replaced.
    int output = fcntl(request->output, F_DUPFD, 3);
    if (output < 0) goto failed;
    if (dup2(output, 1) < 0 || dup2(output, 2) < 0) goto failed;
    close_from(3);

    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct rlimit files;
    if (request->open_files > 0 && getrlimit(RLIMIT_NOFILE, &files) == 0) {
        if (files.rlim_max == RLIM_INFINITY || files.rlim_max > request->open_files) files.rlim_max = request->open_files;
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }

    child->stage = CSPAWN_STAGE_DIRECTORY;
    if (chdir(request->directory) < 0) goto failed;
    umask(022);

    // Handlers point into the caller's program; ignored signals would be inherited.
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < 65; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
    }
    sigset_t unblocked;
    sigemptyset(&unblocked);
    sigprocmask(SIG_SETMASK, &unblocked, NULL);

    child->stage = CSPAWN_STAGE_EXECUTE;
    execve(request->executable, request->arguments, request->environment);
failed:
    child->error = errno;
    _exit(127);
}

int cspawn_start(const struct cspawn_request *request, struct cspawn_process *process) {
    struct child child = {request, getpid(), CSPAWN_STAGE_CLONE, 0};
    process->pid = -1;
    process->pidfd = -1;
    process->stage = CSPAWN_STAGE_CLONE;

    void *stack = mmap(NULL, child_stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return errno;

    // A signal that arrived in the child before its program runs would call the caller's handlers in shared memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int pidfd = -1;
    // As with vfork, this thread stands still until the child executes its program or ends.
    pid_t pid = clone(
        run_child, (char *)stack + child_stack_bytes, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child, &pidfd);
    int error = pid < 0 ? errno : child.error;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, child_stack_bytes);

    process->stage = child.stage;
    if (pid < 0) return error;
    if (error != 0) {
        struct cspawn_end end;
        while (cspawn_reap(pidfd, &end) == EAGAIN) {
            siginfo_t information;
            waitid((idtype_t)P_PIDFD, (id_t)pidfd, &information, WEXITED | WNOWAIT);
        }
        close(pidfd);
        return error;
    }
    process->pid = pid;
    process->pidfd = pidfd;
    return 0;
}

int cspawn_reap(int pidfd, struct cspawn_end *end) {
    siginfo_t information;
    memset(&information, 0, sizeof information);
    while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &information, WEXITED | WNOHANG) < 0) {
        if (errno != EINTR) return errno;
    }
    if (information.si_pid == 0) return EAGAIN;
    end->by_signal = information.si_code != CLD_EXITED;
    end->number = information.si_status;
    return 0;
}

int cspawn_signal_group(pid_t group, int signal) { return kill(-group, signal) < 0 ? errno : 0; }

int cspawn_is_being_written(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return 0;
    // A lease for reading is given only while nobody writes, and taken back at once. Who opens the file for writing in that
    // moment waits for it; the kernel then tells this process, by default with a signal that would end it.
    fcntl(file, F_SETSIG, SIGURG);
    int is_being_written = fcntl(file, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
    if (!is_being_written) fcntl(file, F_SETLEASE, F_UNLCK);
    close(file);
    return is_being_written;
}

int cspawn_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return errno;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return error;
    }
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

int cspawn_poll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cspawn_poll_add(int poll, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
    return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0 ? errno : 0;
}

int cspawn_poll_remove(int poll, int descriptor) {
    return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, NULL) < 0 ? errno : 0;
}

int cspawn_poll(int poll, uint64_t *tokens, int capacity) {
    struct epoll_event events[64];
    if (capacity > 64) capacity = 64;
    int count = epoll_wait(poll, events, capacity, -1);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
    return count;
}

int cspawn_bell_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cspawn_bell_ring(int bell) {
    uint64_t one = 1;
    ssize_t ignored = write(bell, &one, sizeof one);
    (void)ignored;
}

void cspawn_bell_silence(int bell) {
    uint64_t count;
    ssize_t ignored = read(bell, &count, sizeof count);
    (void)ignored;
}
