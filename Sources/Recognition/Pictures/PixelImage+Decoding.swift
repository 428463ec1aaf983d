extension PixelImage {
    /// Decodes a file.
    public init(decoding bytes: [UInt8]) throws(RecognitionError) {
        throw .notAnImage
    }
}
