#ifndef CONNXRUNTIME_H
#define CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

/// ONNX Runtime, opened while the program runs: a program that is linked with this starts without it.
///
/// Everything that can fail takes `message`, a buffer of COR_MESSAGE_SIZE bytes, and leaves a sentence in it.
/// Pointers that were given out are given back by the function of the same name that ends in `_close`.

enum { COR_MESSAGE_SIZE = 512, COR_MAXIMUM_RANK = 8, COR_MAXIMUM_OUTPUTS = 8 };

/// The library, with its environment. Never closed: the library cannot be unloaded safely.
typedef struct cor_runtime cor_runtime;

/// A loaded model. May be run from several threads at once.
typedef struct cor_session cor_session;

/// Opens the shared library at a path. Returns NULL and says why in `message`.
cor_runtime *_Nullable cor_runtime_open(const char *_Nonnull library, char *_Nonnull message);

/// The version that the library gives, such as "1.31.1".
const char *_Nonnull cor_runtime_version(const cor_runtime *_Nonnull runtime);

/// Loads a model; each run uses the calling thread and no other. Returns NULL and says why in `message`.
cor_session *_Nullable cor_session_open(
    cor_runtime *_Nonnull runtime, const char *_Nonnull model, char *_Nonnull message);

void cor_session_close(cor_session *_Nullable session);

size_t cor_session_input_count(const cor_session *_Nonnull session);
size_t cor_session_output_count(const cor_session *_Nonnull session);

/// The name of an input or output; belongs to the session.
const char *_Nonnull cor_session_input_name(const cor_session *_Nonnull session, size_t index);
const char *_Nonnull cor_session_output_name(const cor_session *_Nonnull session, size_t index);

/// A result: real numbers of 32 bits in a shape. Belongs to the runtime until it is given back.
typedef struct {
    const float *_Nullable values;
    size_t count;
    size_t rank;
    int64_t shape[COR_MAXIMUM_RANK];
    void *_Nullable owner;
} cor_tensor;

/// Runs a model on one input. Fills `outputs` for the outputs at `indexes`, and returns 0; otherwise says why in
/// `message`, and nothing remains to be given back. `input` is only borrowed.
int cor_session_run(
    cor_session *_Nonnull session, const float *_Nonnull input, const int64_t *_Nonnull shape, size_t rank,
    const size_t *_Nonnull indexes, size_t output_count, cor_tensor *_Nonnull outputs, char *_Nonnull message);

void cor_tensor_close(cor_session *_Nonnull session, cor_tensor *_Nonnull tensor);

#endif
