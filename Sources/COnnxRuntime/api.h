#ifndef API_H
#define API_H

#include <stddef.h>
#include <stdint.h>

/// What is used of ONNX Runtime's C interface.
///
/// The library gives out one table of functions. The table is only ever appended to, so a function keeps its place in all
/// later versions; what stands here has been there since version 1 of the table. Only the places that are used have a type.
typedef struct status status;
typedef struct environment environment;
typedef struct session session;
typedef struct session_options session_options;
typedef struct memory_info memory_info;
typedef struct allocator allocator;
typedef struct value value;
typedef struct shape_info shape_info;

typedef struct {
    const void *const *(*table)(uint32_t version);
    const char *(*version)(void);
} api_base;

enum { TABLE_VERSION = 1 };

/// Places in the table.
enum {
    AT_ERROR_MESSAGE = 2,
    AT_CREATE_ENVIRONMENT = 3,
    AT_CREATE_SESSION = 7,
    AT_RUN = 9,
    AT_CREATE_SESSION_OPTIONS = 10,
    AT_DISABLE_MEMORY_PATTERN = 17,
    AT_DISABLE_ARENA = 19,
    AT_OPTIMIZATION_LEVEL = 23,
    AT_THREADS_WITHIN = 24,
    AT_THREADS_BETWEEN = 25,
    AT_INPUT_COUNT = 30,
    AT_OUTPUT_COUNT = 31,
    AT_INPUT_NAME = 36,
    AT_OUTPUT_NAME = 37,
    AT_CREATE_TENSOR_ON_DATA = 49,
    AT_TENSOR_DATA = 51,
    AT_ELEMENT_TYPE = 60,
    AT_DIMENSION_COUNT = 61,
    AT_DIMENSIONS = 62,
    AT_SHAPE = 65,
    AT_CREATE_CPU_MEMORY_INFO = 69,
    AT_ALLOCATOR_FREE = 76,
    AT_DEFAULT_ALLOCATOR = 78,
    AT_RELEASE_ENVIRONMENT = 92,
    AT_RELEASE_STATUS = 93,
    AT_RELEASE_MEMORY_INFO = 94,
    AT_RELEASE_SESSION = 95,
    AT_RELEASE_VALUE = 96,
    AT_RELEASE_SHAPE = 99,
    AT_RELEASE_SESSION_OPTIONS = 100,
};

typedef const char *(*error_message_function)(const status *);
typedef status *(*create_environment_function)(int severity, const char *name, environment **);
typedef status *(*create_session_function)(const environment *, const char *path, const session_options *, session **);
typedef status *(*run_function)(
    session *, const void *options, const char *const *input_names, const value *const *inputs, size_t input_count,
    const char *const *output_names, size_t output_count, value **outputs);
typedef status *(*create_session_options_function)(session_options **);
typedef status *(*session_options_function)(session_options *);
typedef status *(*set_session_option_function)(session_options *, int);
typedef status *(*count_function)(const session *, size_t *);
typedef status *(*name_function)(const session *, size_t index, allocator *, char **);
typedef status *(*create_tensor_function)(
    const memory_info *, void *data, size_t bytes, const int64_t *shape, size_t rank, int element_type, value **);
typedef status *(*tensor_data_function)(value *, void **);
typedef status *(*element_type_function)(const shape_info *, int *);
typedef status *(*dimension_count_function)(const shape_info *, size_t *);
typedef status *(*dimensions_function)(const shape_info *, int64_t *, size_t);
typedef status *(*shape_function)(const value *, shape_info **);
typedef status *(*create_memory_info_function)(int allocator_type, int memory_type, memory_info **);
typedef status *(*allocator_free_function)(allocator *, void *);
typedef status *(*default_allocator_function)(allocator **);
typedef void (*release_function)(void *);

enum {
    SEVERITY_FATAL = 4,
    OPTIMIZE_ALL = 99,
    ELEMENT_FLOAT = 1,
    ALLOCATOR_DEVICE = 0,
    MEMORY_DEFAULT = 0,
};

#endif
