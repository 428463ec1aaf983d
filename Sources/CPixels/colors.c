#include <stdlib.h>
#include <string.h>

#include "include/CPixels.h"

/// Colours are counted in cubes of 8 x 8 x 8 values.
enum { BITS = 5, CUBES = 1 << 3 * BITS, ROUNDS = 8 };

typedef struct {
    float red, green, blue;
    uint32_t count;
} cube;

static float distance(const cube *a, const float *b) {
    // The eye sees green best.
    float red = a->red - b[0], green = a->green - b[1], blue = a->blue - b[2];
    return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

static size_t fill_cubes(const uint8_t *pixels, const uint8_t *mask, uint8_t wanted, size_t count, cube *cubes, cube *used) {
    for (size_t i = 0; i < count; i++, pixels += 3) {
        if (mask && mask[i] != wanted) continue;
        cube *c = &cubes[(size_t)(pixels[0] >> (8 - BITS)) << 2 * BITS | (pixels[1] >> (8 - BITS)) << BITS | pixels[2] >> (8 - BITS)];
        c->red += pixels[0], c->green += pixels[1], c->blue += pixels[2];
        c->count++;
    }
    size_t found = 0;
    for (size_t i = 0; i < CUBES; i++) {
        cube *c = &cubes[i];
        if (!c->count) continue;
        used[found++] = (cube){c->red / c->count, c->green / c->count, c->blue / c->count, c->count};
    }
    return found;
}

/// The first means: the most frequent colour, then always the one that stands for most that is far from all before.
static size_t choose_means(const cube *used, size_t found, size_t limit, float (*means)[3], float *nearest) {
    enum { NEAR = 9 * 24 * 24 };
    size_t count = 0;
    for (size_t i = 0; i < found; i++) nearest[i] = 1e9f;
    while (count < limit) {
        size_t best = found;
        float most = 0;
        for (size_t i = 0; i < found; i++) {
            float weight = nearest[i] < NEAR ? 0 : used[i].count * (nearest[i] < 1e5f ? nearest[i] : 1e5f);
            if (weight > most) most = weight, best = i;
        }
        if (best == found) break;
        means[count][0] = used[best].red, means[count][1] = used[best].green, means[count][2] = used[best].blue;
        for (size_t i = 0; i < found; i++) {
            float d = distance(&used[i], means[count]);
            if (d < nearest[i]) nearest[i] = d;
        }
        count++;
    }
    return count;
}

/// Each colour goes to its nearest mean, each mean to the middle of its colours, some rounds.
static void improve_means(const cube *used, size_t found, size_t count, float (*means)[3], uint32_t *counts) {
    for (int round = 0; round < ROUNDS; round++) {
        double sums[CPX_MOST_COLORS][3] = {{0}};
        memset(counts, 0, count * sizeof *counts);
        for (size_t i = 0; i < found; i++) {
            size_t best = 0;
            float least = distance(&used[i], means[0]);
            for (size_t j = 1; j < count; j++) {
                float d = distance(&used[i], means[j]);
                if (d < least) least = d, best = j;
            }
            counts[best] += used[i].count;
            sums[best][0] += (double)used[i].red * used[i].count;
            sums[best][1] += (double)used[i].green * used[i].count;
            sums[best][2] += (double)used[i].blue * used[i].count;
        }
        for (size_t j = 0; j < count; j++)
            for (int c = 0; c < 3 && counts[j]; c++) means[j][c] = (float)(sums[j][c] / counts[j]);
    }
}

size_t cpx_dominant_colors(
    const uint8_t *pixels, const uint8_t *mask, uint8_t wanted, size_t count, cpx_color *colors, size_t limit) {
    if (limit > CPX_MOST_COLORS) limit = CPX_MOST_COLORS;
    cube *cubes = calloc(CUBES, sizeof *cubes), *used = malloc(CUBES * sizeof *used);
    float *nearest = malloc(CUBES * sizeof *nearest), means[CPX_MOST_COLORS][3];
    uint32_t counts[CPX_MOST_COLORS] = {0};
    size_t chosen = 0;
    if (cubes && used && nearest) {
        size_t found = fill_cubes(pixels, mask, wanted, count, cubes, used);
        chosen = choose_means(used, found, limit, means, nearest);
        if (chosen) improve_means(used, found, chosen, means, counts);
    }
    free(cubes);
    free(used);
    free(nearest);
    for (size_t i = 0; i < chosen; i++)
        colors[i] = (cpx_color){(uint8_t)(means[i][0] + 0.5f), (uint8_t)(means[i][1] + 0.5f), (uint8_t)(means[i][2] + 0.5f), counts[i]};
    return chosen;
}

void cpx_mark_rectangle(uint8_t *mask, size_t width, size_t left, size_t top, size_t right, size_t bottom) {
    for (size_t y = top; y < bottom; y++) memset(mask + y * width + left, 1, right - left);
}

size_t cpx_count_marks(const uint8_t *mask, uint8_t mark, size_t count) {
    size_t marked = 0;
    for (size_t i = 0; i < count; i++) marked += mask[i] == mark;
    return marked;
}

void cpx_mark_unlike_edges(const uint8_t *pixels, size_t width, size_t height, uint8_t *mask) {
    enum { COARSE = 4 };
    static const float SELDOM = 0.3f;
    uint32_t all[1 << 3 * COARSE] = {0}, edge[1 << 3 * COARSE] = {0};
    size_t margin_x = width / 10 + 1, margin_y = height / 10 + 1, edges = 0;
    for (int round = 0; round < 2; round++) {
        const uint8_t *p = pixels;
        for (size_t y = 0; y < height; y++)
            for (size_t x = 0; x < width; x++, p += 3) {
                size_t place = (size_t)(p[0] >> 4) << 8 | (p[1] >> 4) << 4 | p[2] >> 4;
                if (round) {
                    float among_all = (float)all[place] / (float)(width * height), among_edges = (float)edge[place] / (float)edges;
                    mask[y * width + x] = among_edges < SELDOM * among_all;
                    continue;
                }
                all[place]++;
                int at_edge = x < margin_x || y < margin_y || x + margin_x >= width || y + margin_y >= height;
                edge[place] += at_edge, edges += at_edge;
            }
    }
}
