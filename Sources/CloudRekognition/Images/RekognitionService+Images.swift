import CloudCore
import Recognition

extension RekognitionService {
    /// The bytes of a picture, as far as they can be checked without decoding them.
    ///
    /// - Throws: `InvalidS3ObjectException`, `ImageTooLargeException`, `InvalidImageFormatException`.
    func bytes(of source: ImageSource) async throws -> [UInt8] {
        let bytes: [UInt8]
        switch source {
        case .bytes(let given): bytes = given
        case .object(let bucket, let key, let version):
            let limit = RekognitionLimits.objectBytes
            switch try await objects.read(bucket: bucket, key: key, version: version, limit: limit) {
            case .bytes(let read): bytes = read
            case .missing: throw ServiceError.rekognition(.invalidS3Object)
            case .larger(let count):
                throw ServiceError.rekognition(
                    .imageTooLarge, "Image size is too large: \(count) bytes, maximum image size: \(limit) bytes")
            }
        }
        guard ImageFormat(of: bytes) != nil else { throw ServiceError.rekognition(.invalidImageFormat) }
        return bytes
    }

    /// The pixels of a picture.
    ///
    /// - Throws: `InvalidImageFormatException`, `ImageTooLargeException`; `InvalidParameterException` for one that is too
    ///   small, as Rekognition has it.
    func decode(_ bytes: [UInt8]) async throws -> PixelImage {
        let image = try await recognizer.decode(bytes)
        guard max(image.width, image.height) <= RekognitionLimits.mostSide else {
            throw ServiceError.tooManyPixels(width: image.width, height: image.height)
        }
        guard min(image.width, image.height) >= RekognitionLimits.leastSide else {
            throw ServiceError.rekognition(.invalidParameter)
        }
        return image
    }
}
