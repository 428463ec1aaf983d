#include <math.h>
#include <stdlib.h>

#include "include/CPixels.h"

/// Four numbers at once: red, green, blue and one that is not used.
typedef float quad __attribute__((vector_size(16)));

/// For each place in one direction: which source places count, and how much.
typedef struct {
    size_t most;
    size_t *first, *count;
    float *weights;
} taps;

static void drop(taps *t) {
    free(t->first);
    free(t->weights);
}

static int measure(taps *t, double start, double length, size_t places, size_t limit) {
    double step = length / (double)places;
    double reach = step < 1 ? 1 : step;
    t->most = (size_t)ceil(reach) * 2 + 2;
    t->first = malloc(2 * places * sizeof *t->first);
    t->count = t->first ? t->first + places : NULL;
    t->weights = malloc(places * t->most * sizeof *t->weights);
    if (!t->first || !t->weights) {
        drop(t);
        return -1;
    }
    for (size_t i = 0; i < places; i++) {
        double centre = start + ((double)i + 0.5) * step;
        double lowest = floor(centre - reach), highest = ceil(centre + reach);
        size_t first = lowest <= 0 ? 0 : (size_t)lowest;
        if (first > limit - 1) first = limit - 1;
        size_t end = highest <= (double)first ? first + 1 : (size_t)fmin(highest, (double)limit);
        if (end > first + t->most) end = first + t->most;
        float *weights = t->weights + i * t->most;
        double sum = 0;
        for (size_t j = first; j < end; j++) {
            double weight = fmax(0, 1 - fabs(((double)j + 0.5 - centre) / reach));
            weights[j - first] = (float)weight;
            sum += weight;
        }
        t->first[i] = first;
        t->count[i] = end - first;
        // Outside the picture the nearest edge counts.
        if (sum <= 0) {
            weights[0] = 1;
            t->count[i] = 1;
            sum = 1;
            if (centre >= (double)limit) t->first[i] = limit - 1;
        }
        for (size_t j = 0; j < t->count[i]; j++) weights[j] = (float)(weights[j] / sum);
    }
    return 0;
}

/// One source row, weighted along the row.
static void sample_row(const uint8_t *row, const taps *across, size_t columns, quad *sums) {
    for (size_t x = 0; x < columns; x++) {
        const uint8_t *p = row + 3 * across->first[x];
        const float *weight = across->weights + x * across->most, *end = weight + across->count[x];
        quad sum = {0, 0, 0, 0};
        for (; weight < end; weight++, p += 3) sum += *weight * (quad){p[0], p[1], p[2], 0};
        sums[x] = sum;
    }
}

/// What becomes of a finished row of samples.
typedef struct {
    size_t columns, rows;
    const int *order;
    const float *mean, *scale;
    float *planes;
    uint8_t *pixels;
} destination;

static void write_row(const destination *to, size_t y, const quad *samples) {
    if (to->pixels) {
        uint8_t *p = to->pixels + 3 * y * to->columns;
        for (size_t x = 0; x < to->columns; x++, p += 3) {
            quad v = samples[x] + 0.5f;
            p[0] = (uint8_t)v[0], p[1] = (uint8_t)v[1], p[2] = (uint8_t)v[2];
        }
        return;
    }
    for (int c = 0; c < 3; c++) {
        float *p = to->planes + ((size_t)c * to->rows + y) * to->columns;
        float mean = to->mean[c], scale = to->scale[c];
        int colour = to->order[c];
        for (size_t x = 0; x < to->columns; x++) p[x] = (samples[x][colour] - mean) * scale;
    }
}

/// Rows are weighted across as they are needed, and kept in a ring as high as one place reaches: memory does not grow with
/// the picture.
static int sample(
    const uint8_t *pixels, size_t width, size_t height, double left, double top, double sampled_width,
    double sampled_height, const destination *to) {
    taps across = {0}, down = {0};
    if (measure(&across, left, sampled_width, to->columns, width)) return -1;
    if (measure(&down, top, sampled_height, to->rows, height)) {
        drop(&across);
        return -1;
    }
    size_t columns = to->columns, next = 0;
    quad *ring = aligned_alloc(16, (down.most + 1) * columns * sizeof *ring);
    int failed = !ring;
    for (size_t y = 0; y < to->rows && !failed; y++) {
        size_t first = down.first[y], end = first + down.count[y];
        if (next < first) next = first;
        for (; next < end; next++)
            sample_row(pixels + 3 * next * width, &across, columns, ring + next % down.most * columns);
        quad *sums = ring + down.most * columns;
        for (size_t x = 0; x < columns; x++) sums[x] = (quad){0, 0, 0, 0};
        const float *weights = down.weights + y * down.most;
        for (size_t j = first; j < end; j++) {
            const quad *row = ring + j % down.most * columns;
            float weight = weights[j - first];
            for (size_t x = 0; x < columns; x++) sums[x] += weight * row[x];
        }
        write_row(to, y, sums);
    }
    free(ring);
    drop(&across);
    drop(&down);
    return failed ? -1 : 0;
}

int cpx_sample_planes(
    const uint8_t *pixels, size_t width, size_t height, double left, double top, double sampled_width,
    double sampled_height, size_t columns, size_t rows, const int *order, const float *mean, const float *scale,
    float *planes) {
    destination to = {.columns = columns, .rows = rows, .order = order, .mean = mean, .scale = scale, .planes = planes};
    return sample(pixels, width, height, left, top, sampled_width, sampled_height, &to);
}

int cpx_sample_pixels(
    const uint8_t *pixels, size_t width, size_t height, double left, double top, double sampled_width,
    double sampled_height, size_t columns, size_t rows, uint8_t *sampled) {
    destination to = {.columns = columns, .rows = rows, .pixels = sampled};
    return sample(pixels, width, height, left, top, sampled_width, sampled_height, &to);
}
