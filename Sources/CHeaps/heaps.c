#include "CHeaps.h"

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/sysinfo.h>

// glibc makes a heap for every few threads, up to eight for each processor, and what one thread has left free in its heap no
// other uses: the intermediate results of recognition, some dozens of megabytes, would stay in each of them.
__attribute__((constructor)) static void limit_heaps(void) {
    int processors = get_nprocs();
    mallopt(M_ARENA_MAX, processors < 2 ? 2 : processors);
}
#endif
