#ifndef CPIXELS_H
#define CPIXELS_H

#include <stddef.h>
#include <stdint.h>

/// Loops over pixels, in C because they must be quick in a debug build too. Pictures are 8-bit RGB, interleaved, without
/// gaps between rows.

/// Samples a rectangle of a picture into `columns` x `rows` places, each the mean of what it covers, weighted by a triangle
/// (bilinear, antialiased). Writes three planes of numbers, `(value - mean[c]) * scale[c]`; plane `c` holds the colour
/// `order[c]` (0 red, 1 green, 2 blue), and `mean` and `scale` go with the planes. Returns 0, or -1 when memory is short.
int cpx_sample_planes(
    const uint8_t *_Nonnull pixels, size_t width, size_t height, double left, double top, double sampled_width,
    double sampled_height, size_t columns, size_t rows, const int *_Nonnull order, const float *_Nonnull mean,
    const float *_Nonnull scale, float *_Nonnull planes);

/// The same into a picture of `columns` x `rows`.
int cpx_sample_pixels(
    const uint8_t *_Nonnull pixels, size_t width, size_t height, double left, double top, double sampled_width,
    double sampled_height, size_t columns, size_t rows, uint8_t *_Nonnull sampled);

/// A colour and for how many pixels it stands.
typedef struct {
    uint8_t red, green, blue;
    uint32_t count;
} cpx_color;

enum { CPX_MOST_COLORS = 16 };

/// The colours that most pixels are near to; with a mask, of those pixels whose mark is `wanted`. Returns how many were
/// written, none when memory is short.
size_t cpx_dominant_colors(
    const uint8_t *_Nonnull pixels, const uint8_t *_Nullable mask, uint8_t wanted, size_t count,
    cpx_color *_Nonnull colors, size_t limit);

/// Marks a rectangle in a mask.
void cpx_mark_rectangle(uint8_t *_Nonnull mask, size_t width, size_t left, size_t top, size_t right, size_t bottom);

/// How many pixels have a mark.
size_t cpx_count_marks(const uint8_t *_Nonnull mask, uint8_t mark, size_t count);

/// Marks the pixels whose colours are seldom at the edges of the picture.
void cpx_mark_unlike_edges(const uint8_t *_Nonnull pixels, size_t width, size_t height, uint8_t *_Nonnull mask);

/// Numbers of 0…100.
typedef struct {
    double brightness, sharpness, contrast;
} cpx_quality;

/// Measures a picture; with a mask, those pixels whose mark is `wanted`. Returns 0, or -1 when memory is short.
int cpx_measure_quality(
    const uint8_t *_Nonnull pixels, const uint8_t *_Nullable mask, uint8_t wanted, size_t width, size_t height,
    cpx_quality *_Nonnull quality);

#endif
