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

#endif
