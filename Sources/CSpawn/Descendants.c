#define _GNU_SOURCE
#include "CSpawn.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// Signals go to descriptors of processes, never to bare numbers: a descriptor names one process for ever, while its number
// may be another's a moment after it has ended. Who a process is gets looked up after its descriptor was opened, so that
// what was looked up is true of the process that the descriptor names, or the descriptor names nobody any more.

enum {
    /// How many descendants are followed. Whoever has more is ended as far as this.
    most_members = 4096,
    /// How often a walk is repeated for what was started during the one before.
    most_rounds = 16,
    /// How much of a process's environment is searched.
    most_environment = 256 * 1024,
};

static int open_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static int signal_process(int pidfd, int number) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

static ssize_t read_whole(const char *path, char *buffer, size_t capacity) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t length = 0;
    while (length < capacity) {
        ssize_t count = read(file, buffer + length, capacity - length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        length += (size_t)count;
    }
    close(file);
    return (ssize_t)length;
}

/// What `/proc/PID/stat` says; returns 0 where the process is there and has not ended.
static int read_stat(pid_t pid, pid_t *parent, uint64_t *started) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    ssize_t length = read_whole(path, text, sizeof text - 1);
    if (length <= 0) return -1;
    text[length] = 0;
    // The name is in parentheses, and may hold any of them.
    char *rest = strrchr(text, ')');
    char state;
    int parent_number;
    unsigned long long start;
    if (!rest
        || sscanf(
               rest + 1, " %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu", &state,
               &parent_number, &start)
            != 3)
        return -1;
    if (parent) *parent = parent_number;
    if (started) *started = start;
    return state == 'Z' || state == 'X' ? -1 : 0;
}

struct members {
    pid_t pids[most_members];
    int descriptors[most_members];
    int count;
};

/// Takes a process in, and stops it, if it is a child of that parent.
static int add_member(struct members *members, pid_t pid, pid_t parent) {
    for (int index = 0; index < members->count; index++) {
        if (members->pids[index] == pid) return 0;
    }
    if (members->count == most_members) return 0;
    int descriptor = open_process(pid);
    if (descriptor < 0) return 0;
    pid_t actual;
    if (read_stat(pid, &actual, NULL) < 0 || actual != parent || signal_process(descriptor, SIGSTOP) < 0) {
        close(descriptor);
        return 0;
    }
    members->pids[members->count] = pid;
    members->descriptors[members->count] = descriptor;
    members->count++;
    return 1;
}

/// Takes in the children of a process that has been stopped. Each of its threads has a list of its own.
static int add_children(struct members *members, pid_t parent) {
    char path[320], text[4096];
    snprintf(path, sizeof path, "/proc/%d/task", (int)parent);
    DIR *threads = opendir(path);
    if (!threads) return 0;
    int added = 0;
    struct dirent *entry;
    while ((entry = readdir(threads))) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/children", (int)parent, entry->d_name);
        FILE *list = fopen(path, "re");
        if (!list) continue;
        setvbuf(list, text, _IOFBF, sizeof text);
        int child;
        while (fscanf(list, "%d", &child) == 1) added += add_member(members, child, parent);
        fclose(list);
    }
    closedir(threads);
    return added;
}

int cspawn_kill_tree(pid_t root) {
    // Stopped first: who is stopped starts nothing more, so that its list of children is final.
    kill(-root, SIGSTOP);
    if (read_stat(root, NULL, NULL) < 0) {
        kill(-root, SIGKILL);
        return -1;
    }
    struct members *members = malloc(sizeof *members);
    int count = 0;
    if (members) {
        members->count = 0;
        for (int round = 0, added = 1; added > 0 && round < most_rounds; round++) {
            added = add_children(members, root);
            for (int index = 0; index < members->count; index++) {
                // Its number is its own while it is there, also as a corpse; gone altogether, it has no children.
                if (signal_process(members->descriptors[index], 0) == 0)
                    added += add_children(members, members->pids[index]);
            }
        }
        count = members->count;
        for (int index = 0; index < count; index++) {
            signal_process(members->descriptors[index], SIGKILL);
            close(members->descriptors[index]);
        }
        free(members);
    }
    kill(-root, SIGKILL);
    return count;
}

/// Whether a text of zero-terminated entries has one that is `entry`, or begins so.
static int has_entry(const char *text, size_t length, const char *entry, int is_prefix) {
    size_t wanted = strlen(entry);
    for (const char *at = text, *end = text + length; at < end;) {
        size_t left = (size_t)(end - at);
        size_t count = strnlen(at, left);
        if (count >= wanted && (is_prefix || count == wanted) && memcmp(at, entry, wanted) == 0) return 1;
        at += count < left ? count + 1 : left;
    }
    return 0;
}

static int kill_if_marked(pid_t pid, const char *entry, int is_prefix, uint64_t since, char *buffer) {
    uint64_t started;
    // What is older costs no look at its environment.
    if (read_stat(pid, NULL, &started) < 0 || started < since) return 0;
    int descriptor = open_process(pid);
    if (descriptor < 0) return 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    ssize_t length = read_whole(path, buffer, most_environment);
    int killed = length > 0 && has_entry(buffer, (size_t)length, entry, is_prefix)
        && signal_process(descriptor, SIGKILL) == 0;
    close(descriptor);
    return killed;
}

int cspawn_kill_marked(const char *entry, int is_prefix, uint64_t since) {
    char *buffer = malloc(most_environment);
    if (!buffer) return 0;
    int killed = 0;
    pid_t self = getpid();
    for (int round = 0, found = 1; found > 0 && round < most_rounds; round++) {
        found = 0;
        DIR *processes = opendir("/proc");
        if (!processes) break;
        struct dirent *item;
        while ((item = readdir(processes))) {
            int pid = isdigit((unsigned char)item->d_name[0]) ? atoi(item->d_name) : 0;
            if (pid > 0 && pid != self) found += kill_if_marked(pid, entry, is_prefix, since, buffer);
        }
        closedir(processes);
        killed += found;
    }
    free(buffer);
    return killed;
}

uint64_t cspawn_start_time(pid_t pid) {
    uint64_t started = 0;
    // Told of a process that has ended too.
    read_stat(pid, NULL, &started);
    return started;
}
