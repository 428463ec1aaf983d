#ifndef CSTARTPAGES_H
#define CSTARTPAGES_H

// Lets go of the pages of programs and libraries that a start has touched; what is used again comes back by itself, from the
// kernel's cache of the file and without reading the disk. Data is not touched. For any thread, at any time.
void start_pages_release(void);

#endif
