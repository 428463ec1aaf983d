// libcurl's option and information calls are variadic in C, which Swift cannot call: one typed form for each kind of
// argument that an option takes. Nothing else belongs here.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <stdbool.h>

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *user);

static inline CURLcode ccurl_set_data_callback(CURL *handle, CURLoption option, ccurl_data_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode ccurl_set_seek_callback(CURL *handle, curl_seek_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode ccurl_set_trailer_callback(CURL *handle, curl_trailer_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_TRAILERFUNCTION, callback);
}

// An enumerator in some versions of libcurl, a macro in others.
static inline long ccurl_http_version_1_1(void) { return CURL_HTTP_VERSION_1_1; }

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ccurl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

// Whether a handle may serve one transfer after another. Up to 8.1 it keeps a pointer to the last header of the transfer
// before, which is freed by then, and follows it where an answer begins with a folded line: memory that a peer corrupts
// (curl's issue 11101). A libcurl that keeps no headers, such as the one that is packaged, has no such pointer.
static inline bool ccurl_handles_may_be_reused(void) {
    return curl_version_info(CURLVERSION_NOW)->version_num >= 0x080200
        || curl_easy_header(NULL, NULL, 0, 0, 0, NULL) == CURLHE_NOT_BUILT_IN;
}

#endif
