/// Decodes damaged pictures under sanitizers: images ITERATIONS FILE…
///
/// Each turn takes a file and flips bits, cuts it short, or overwrites, repeats or removes a part of it. The sequence is the
/// same each time. Ends by itself when a sanitizer finds something.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../Sources/CImageCodecs/include/CImageCodecs.h"

static uint64_t state = 0x9E3779B97F4A7C15u;

static size_t below(size_t limit) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return limit ? (size_t)(state % limit) : 0;
}

typedef struct {
    uint8_t *bytes;
    size_t count;
} file;

static file read_file(const char *path) {
    FILE *source = fopen(path, "rb");
    if (!source) perror(path), exit(1);
    fseek(source, 0, SEEK_END);
    file f = {.count = (size_t)ftell(source)};
    rewind(source);
    f.bytes = malloc(f.count);
    if (!f.bytes || fread(f.bytes, 1, f.count, source) != f.count) perror(path), exit(1);
    fclose(source);
    return f;
}

static size_t damage(uint8_t *bytes, size_t count) {
    static const uint8_t telling[] = {0x00, 0xFF, 0x7F, 0x80, 0x01};
    size_t at = below(count), length = below(32);
    if (length > count - at) length = count - at;
    switch (below(6)) {
    case 0: return below(count + 1);
    case 1:
        for (size_t flips = 1 + below(16); flips > 0; flips--) bytes[below(count)] ^= (uint8_t)(1u << below(8));
        return count;
    case 2: memset(bytes + at, telling[below(sizeof telling)], length); return count;
    case 3: memmove(bytes + below(count - length + 1), bytes + at, length); return count;
    case 4: memmove(bytes + at, bytes + at + length, count - at - length); return count - length;
    default:
        // Most of what decides is at the front.
        for (size_t flips = 1 + below(4); flips > 0; flips--) bytes[below(count < 64 ? count : 64)] = (uint8_t)below(256);
        return count;
    }
}

int main(int count, char **arguments) {
    const cic_limits limits = {.side = 10000, .area = 4000000, .kept = 20000};
    size_t iterations = count > 1 ? strtoul(arguments[1], NULL, 10) : 0, results[8] = {0};
    int files = count - 2;
    if (files < 1) return fprintf(stderr, "images ITERATIONS FILE...\n"), 1;
    for (size_t turn = 0; turn < iterations; turn++) {
        file original = read_file(arguments[2 + turn % (size_t)files]);
        size_t length = original.count;
        for (size_t times = 1 + below(3); times > 0 && length > 0; times--) length = damage(original.bytes, length);
        // A copy that ends where the bytes do, so that reading on is noticed.
        uint8_t *exact = malloc(length ? length : 1);
        memcpy(exact, original.bytes, length);
        cic_picture picture;
        enum cic_status status = cic_decode(exact, length, &limits, &picture);
        results[status]++;
        if (status == CIC_OK) {
            unsigned sum = 0;
            for (size_t i = 0; i < (size_t)picture.width * picture.height * 3; i++) sum += picture.pixels[i];
            // Uses each value, so that one which was never written is noticed by those who can.
            if (sum == 0xFFFFFFFF) puts("");
        }
        cic_close(&picture);
        free(exact);
        free(original.bytes);
    }
    printf("%zu right, %zu not pictures, %zu damaged, %zu unsupported, %zu too large, %zu out of memory\n",
           results[CIC_OK], results[CIC_NOT_AN_IMAGE], results[CIC_DAMAGED], results[CIC_UNSUPPORTED],
           results[CIC_TOO_LARGE], results[CIC_OUT_OF_MEMORY]);
    return 0;
}
