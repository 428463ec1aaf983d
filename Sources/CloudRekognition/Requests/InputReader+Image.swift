import CloudCore

extension InputReader {
    /// The `Image` of a request.
    ///
    /// - Throws: `InvalidParameterException` unless it is either bytes or an object; what is wrong with its members is
    ///   gathered.
    func image() throws(ServiceError) -> ImageSource {
        guard let image = try requiredStructure("Image") else {
            try check()
            throw .rekognition(.invalidParameter)
        }
        let bytes = try image.blob("Bytes", lengths: 1...RekognitionLimits.imageBytes)
        let object = try image.structure("S3Object")
        let bucket = try object?.text(
            "Bucket", lengths: 3...255,
            pattern: (#"[0-9A-Za-z\.\-_]*"#, { $0.isLetterOrDigit || ".-_".utf8.contains($0) }))
        let key = try object?.text("Name", lengths: 1...1_024)
        let version = try object?.text("Version", lengths: 1...1_024)
        switch (bytes, object) {
        case (let bytes?, nil): return .bytes(bytes)
        case (nil, _?):
            guard let bucket, let key else { break }
            return .object(bucket: bucket, key: key, version: version)
        default: break
        }
        try check()
        throw .rekognition(.invalidParameter)
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
