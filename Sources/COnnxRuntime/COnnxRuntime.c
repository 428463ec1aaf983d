#include "include/COnnxRuntime.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

struct cor_runtime {
    const void *const *table;
    const char *version;
    environment *environment;
    allocator *allocator;
    memory_info *memory;
};

struct cor_session {
    cor_runtime *runtime;
    session *session;
    size_t input_count, output_count;
    char **names;
};

#define CALL(runtime, place, type) ((type)(runtime)->table[place])

__attribute__((format(printf, 2, 3))) static void say(char *message, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, COR_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
}

/// Takes a status apart: 0 for success, otherwise its message and -1.
static int settle(const cor_runtime *runtime, status *status, char *message) {
    if (!status) return 0;
    say(message, "%s", CALL(runtime, AT_ERROR_MESSAGE, error_message_function)(status));
    CALL(runtime, AT_RELEASE_STATUS, release_function)(status);
    return -1;
}

cor_runtime *cor_runtime_open(const char *library, char *message) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        say(message, "%s", dlerror());
        return NULL;
    }
    const api_base *(*base_function)(void) = (const api_base *(*)(void))dlsym(handle, "OrtGetApiBase");
    const api_base *base = base_function ? base_function() : NULL;
    const void *const *table = base ? base->table(TABLE_VERSION) : NULL;
    if (!table) {
        say(message, "%s is not ONNX Runtime, or one without version %d of its interface", library, TABLE_VERSION);
        dlclose(handle);
        return NULL;
    }
    cor_runtime *runtime = calloc(1, sizeof *runtime);
    if (!runtime) {
        say(message, "out of memory");
        return NULL;
    }
    runtime->table = table;
    runtime->version = base->version();
    if (settle(runtime, CALL(runtime, AT_CREATE_ENVIRONMENT, create_environment_function)(
                            SEVERITY_FATAL, "recognition", &runtime->environment), message)
        || settle(runtime, CALL(runtime, AT_DEFAULT_ALLOCATOR, default_allocator_function)(&runtime->allocator), message)
        || settle(runtime, CALL(runtime, AT_CREATE_CPU_MEMORY_INFO, create_memory_info_function)(
                               ALLOCATOR_DEVICE, MEMORY_DEFAULT, &runtime->memory), message)) {
        if (runtime->environment) CALL(runtime, AT_RELEASE_ENVIRONMENT, release_function)(runtime->environment);
        free(runtime);
        return NULL;
    }
    return runtime;
}

const char *cor_runtime_version(const cor_runtime *runtime) { return runtime->version; }

/// Copies the names of the inputs, then those of the outputs.
static int read_names(cor_session *opened, char *message) {
    const cor_runtime *runtime = opened->runtime;
    if (settle(runtime, CALL(runtime, AT_INPUT_COUNT, count_function)(opened->session, &opened->input_count), message)
        || settle(runtime, CALL(runtime, AT_OUTPUT_COUNT, count_function)(opened->session, &opened->output_count), message))
        return -1;
    opened->names = calloc(opened->input_count + opened->output_count, sizeof *opened->names);
    if (!opened->names) {
        say(message, "out of memory");
        return -1;
    }
    for (size_t i = 0; i < opened->input_count + opened->output_count; i++) {
        int output = i >= opened->input_count;
        name_function function = CALL(runtime, output ? AT_OUTPUT_NAME : AT_INPUT_NAME, name_function);
        char *name = NULL;
        if (settle(runtime, function(opened->session, output ? i - opened->input_count : i, runtime->allocator, &name), message))
            return -1;
        opened->names[i] = strdup(name);
        settle(runtime, CALL(runtime, AT_ALLOCATOR_FREE, allocator_free_function)(runtime->allocator, name), message);
        if (!opened->names[i]) {
            say(message, "out of memory");
            return -1;
        }
    }
    return 0;
}

cor_session *cor_session_open(cor_runtime *runtime, const char *model, char *message) {
    session_options *options = NULL;
    cor_session *opened = calloc(1, sizeof *opened);
    if (!opened) {
        say(message, "out of memory");
        return NULL;
    }
    opened->runtime = runtime;
    // The arena without patterns: buffers that the layers leave are used again, by pictures of every size. Both without it
    // (each layer's buffers from the system's allocator) and with patterns (a plan for each size) memory is twice as much.
    int failed =
        settle(runtime, CALL(runtime, AT_CREATE_SESSION_OPTIONS, create_session_options_function)(&options), message)
        || settle(runtime, CALL(runtime, AT_THREADS_WITHIN, set_session_option_function)(options, 1), message)
        || settle(runtime, CALL(runtime, AT_THREADS_BETWEEN, set_session_option_function)(options, 1), message)
        || settle(runtime, CALL(runtime, AT_OPTIMIZATION_LEVEL, set_session_option_function)(options, OPTIMIZE_ALL), message)
        || settle(runtime, CALL(runtime, AT_DISABLE_MEMORY_PATTERN, session_options_function)(options), message)
        || settle(runtime, CALL(runtime, AT_CREATE_SESSION, create_session_function)(
                               runtime->environment, model, options, &opened->session), message)
        || read_names(opened, message);
    if (options) CALL(runtime, AT_RELEASE_SESSION_OPTIONS, release_function)(options);
    if (failed) {
        cor_session_close(opened);
        return NULL;
    }
    return opened;
}

void cor_session_close(cor_session *session) {
    if (!session) return;
    if (session->names)
        for (size_t i = 0; i < session->input_count + session->output_count; i++) free(session->names[i]);
    free(session->names);
    if (session->session) CALL(session->runtime, AT_RELEASE_SESSION, release_function)(session->session);
    free(session);
}

size_t cor_session_input_count(const cor_session *session) { return session->input_count; }
size_t cor_session_output_count(const cor_session *session) { return session->output_count; }
const char *cor_session_input_name(const cor_session *session, size_t index) { return session->names[index]; }
const char *cor_session_output_name(const cor_session *session, size_t index) {
    return session->names[session->input_count + index];
}

/// Looks into a result and refers to its numbers.
static int look_into(const cor_runtime *runtime, value *result, cor_tensor *tensor, char *message) {
    shape_info *shape = NULL;
    void *data = NULL;
    int type = 0;
    if (settle(runtime, CALL(runtime, AT_SHAPE, shape_function)(result, &shape), message)) return -1;
    int failed =
        settle(runtime, CALL(runtime, AT_ELEMENT_TYPE, element_type_function)(shape, &type), message)
        || settle(runtime, CALL(runtime, AT_DIMENSION_COUNT, dimension_count_function)(shape, &tensor->rank), message);
    if (!failed && (type != ELEMENT_FLOAT || tensor->rank > COR_MAXIMUM_RANK)) {
        say(message, "a result has elements of type %d and %zu dimensions; expected are type %d and at most %d", type,
            tensor->rank, ELEMENT_FLOAT, COR_MAXIMUM_RANK);
        failed = 1;
    }
    failed = failed
        || settle(runtime, CALL(runtime, AT_DIMENSIONS, dimensions_function)(shape, tensor->shape, tensor->rank), message)
        || settle(runtime, CALL(runtime, AT_TENSOR_DATA, tensor_data_function)(result, &data), message);
    CALL(runtime, AT_RELEASE_SHAPE, release_function)(shape);
    if (failed) return -1;
    tensor->values = data;
    tensor->count = 1;
    for (size_t i = 0; i < tensor->rank; i++) tensor->count *= (size_t)tensor->shape[i];
    return 0;
}

int cor_session_run(
    cor_session *session, const float *input, const int64_t *shape, size_t rank, const size_t *indexes,
    size_t output_count, cor_tensor *outputs, char *message) {
    const cor_runtime *runtime = session->runtime;
    const char *input_name = session->names[0];
    const char *output_names[COR_MAXIMUM_OUTPUTS];
    value *results[COR_MAXIMUM_OUTPUTS] = {0};
    value *given = NULL;
    size_t count = 1;
    if (session->input_count != 1 || output_count > COR_MAXIMUM_OUTPUTS) {
        say(message, "the model has %zu inputs, and %zu outputs are wanted", session->input_count, output_count);
        return -1;
    }
    for (size_t i = 0; i < rank; i++) count *= (size_t)shape[i];
    for (size_t i = 0; i < output_count; i++) {
        if (indexes[i] >= session->output_count) {
            say(message, "the model has no output %zu", indexes[i]);
            return -1;
        }
        output_names[i] = session->names[session->input_count + indexes[i]];
    }
    memset(outputs, 0, output_count * sizeof *outputs);
    if (settle(runtime, CALL(runtime, AT_CREATE_TENSOR_ON_DATA, create_tensor_function)(
                            runtime->memory, (void *)input, count * sizeof *input, shape, rank, ELEMENT_FLOAT, &given), message))
        return -1;
    const value *inputs[] = {given};
    int failed = settle(runtime, CALL(runtime, AT_RUN, run_function)(
                                     session->session, NULL, &input_name, inputs, 1, output_names, output_count, results), message);
    CALL(runtime, AT_RELEASE_VALUE, release_function)(given);
    for (size_t i = 0; i < output_count; i++) {
        outputs[i].owner = results[i];
        if (!failed) failed = look_into(runtime, results[i], &outputs[i], message);
    }
    if (!failed) return 0;
    for (size_t i = 0; i < output_count; i++) cor_tensor_close(session, &outputs[i]);
    return -1;
}

void cor_tensor_close(cor_session *session, cor_tensor *tensor) {
    if (tensor->owner) CALL(session->runtime, AT_RELEASE_VALUE, release_function)(tensor->owner);
    memset(tensor, 0, sizeof *tensor);
}
