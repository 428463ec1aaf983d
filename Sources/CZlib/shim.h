#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H
#include <zlib.h>

/// `inflateInit2` is a macro, which Swift does not see. Negative window bits: a raw stream, as zip members hold.
static inline int czlib_start_inflating(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

#endif
