#include <math.h>
#include <stdlib.h>

#include "include/CPixels.h"

static int light(const uint8_t *p) { return (299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000; }

/// How light the part of the pixels is below which `share` of them lie.
static int at_share(const uint32_t *counts, uint32_t total, double share) {
    uint32_t below = 0;
    for (int i = 0; i < 256; i++) {
        below += counts[i];
        if (below > share * total) return i;
    }
    return 255;
}

int cpx_measure_quality(
    const uint8_t *pixels, const uint8_t *mask, uint8_t wanted, size_t width, size_t height, cpx_quality *quality) {
    enum { STEEPEST = 1024 };
    uint32_t counts[256] = {0}, total = 0, steep[STEEPEST] = {0};
    float *bends = calloc(STEEPEST, sizeof *bends);
    if (!bends) return -1;
    double sum = 0;
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            size_t at = y * width + x;
            if (mask && mask[at] != wanted) continue;
            const uint8_t *p = pixels + 3 * at;
            int here = light(p);
            counts[here]++, total++, sum += here;
            if (x == 0 || y == 0 || x + 1 == width || y + 1 == height) continue;
            int left = light(p - 3), right = light(p + 3), above = light(p - 3 * width), below = light(p + 3 * width);
            int slope = abs(right - left) + abs(below - above), bend = abs(4 * here - left - right - above - below);
            if (slope >= STEEPEST) slope = STEEPEST - 1;
            steep[slope]++;
            bends[slope] += (float)bend;
        }
    // Where it is steepest there are edges; at a sharp edge the slope ends as soon as it began, at a soft one it goes on.
    uint32_t inner = 0, taken = 0;
    for (int i = 1; i < STEEPEST; i++) inner += steep[i];
    double slopes = 0, all_bends = 0;
    for (int i = STEEPEST - 1; i > 0 && taken < inner / 10 + 1; i--) taken += steep[i], slopes += (double)i * steep[i], all_bends += bends[i];
    free(bends);
    *quality = (cpx_quality){0};
    if (!total) return 0;
    quality->brightness = 100 * sum / total / 255;
    quality->contrast = 100.0 * (at_share(counts, total, 0.95) - at_share(counts, total, 0.05)) / 255;
    quality->sharpness = slopes > 0 ? fmin(100, 100 * all_bends / slopes) : 0;
    return 0;
}
