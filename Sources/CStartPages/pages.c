#define _GNU_SOURCE
#include "CStartPages.h"

#ifdef __linux__
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

// A debugger writes its breakpoints into pages of the program, in copies that would be gone.
static bool is_traced(void) {
    FILE *status = fopen("/proc/self/status", "re");
    if (!status) return true;
    char line[256];
    int tracer = 0;
    while (fgets(line, sizeof line, status) && sscanf(line, "TracerPid: %d", &tracer) != 1) {}
    fclose(status);
    return tracer != 0;
}

// Where the loader wrote addresses between the instructions, the file alone does not hold what is there.
static bool has_relocated_text(const struct dl_phdr_info *object) {
    for (int i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL) return true;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)) return true;
        }
    }
    return false;
}

// An object stays in the loader's list, and so mapped, for as long as this runs.
static int release(struct dl_phdr_info *object, size_t size, void *page_size) {
    (void)size;
    if (has_relocated_text(object)) return 0;
    const ElfW(Addr) page = *(const ElfW(Addr) *)page_size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What can be written lives nowhere else, also what is made read-only once the loader has filled it in.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        // Whole pages only: the ones at the rims may hold something of a neighbour.
        ElfW(Addr) start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        ElfW(Addr) end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void start_pages_release(void) {
    if (is_traced()) return;
    ElfW(Addr) page = (ElfW(Addr))sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(release, &page);
}
#else
void start_pages_release(void) {}
#endif
