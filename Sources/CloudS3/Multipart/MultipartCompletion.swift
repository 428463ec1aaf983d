import CloudCore
import Digests

/// Joins uploaded parts to an object: everything but the bytes, which stay where they are.
struct MultipartCompletion: Sendable {
    /// A part as the caller lists it.
    struct ListedPart: Sendable, Equatable {
        var number: Int
        var etag: String
        var checksum: String?
    }

    /// The parts of the object, in order.
    private(set) var parts: [UploadedPart] = []
    /// `md5-of-md5s-N`.
    private(set) var etag = ""
    private(set) var size = 0
    private(set) var checksum: ObjectChecksum?

    /// - Throws: `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `EntityTooLarge`, `InvalidRequest`.
    init(_ listed: [ListedPart], of uploaded: [UploadedPart], _ upload: MultipartUpload) throws(ServiceError) {
        let byNumber = Dictionary(uploaded.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        var last = 0
        for part in listed {
            guard part.number > last else { throw .s3(.invalidPartOrder, members: ["UploadId": .string(upload.id)]) }
            last = part.number
            guard let found = byNumber[part.number], EntityTag.plain(part.etag) == found.etag else {
                throw .invalidPart(part, upload)
            }
            if upload.isChecksumExplicit, upload.checksumType == .composite, part.checksum == nil {
                let name = upload.checksumAlgorithm.lowercaseName
                throw .s3(
                    .invalidRequest,
                    "The upload was created using a \(name) checksum. The complete request must include the checksum "
                        + "for each part. It was missing for part \(part.number) in the request.")
            }
            if let given = part.checksum, given != found.checksum { throw .invalidPart(part, upload) }
            parts.append(found)
            size += found.size
        }
        for part in parts.dropLast() where part.size < MultipartUpload.partSizeMinimum {
            throw .s3(
                .entityTooSmall,
                members: [
                    "ProposedSize": .string(String(part.size)),
                    "MinSizeAllowed": .string(String(MultipartUpload.partSizeMinimum)),
                    "PartNumber": .string(String(part.number)), "ETag": .string(part.etag),
                ])
        }
        guard size <= MultipartUpload.objectSizeLimit else { throw .s3(.entityTooLarge) }
        etag = Hex.encode(Digest.of(parts.flatMap { Hex.decode($0.etag) ?? [] }, .md5)) + "-\(parts.count)"
        checksum = Self.checksum(of: parts, upload)
    }

    private static func checksum(of parts: [UploadedPart], _ upload: MultipartUpload) -> ObjectChecksum? {
        let algorithm = upload.checksumAlgorithm
        let values = parts.compactMap(\.checksum)
        guard values.count == parts.count else { return nil }
        switch upload.checksumType {
        case .composite:
            var hasher = ContentHasher(checksum: algorithm)
            values.flatMap { Base64.decode($0) ?? [] }.withUnsafeBytes { hasher.update($0) }
            guard let joined = hasher.finish().checksum else { return nil }
            return ObjectChecksum(algorithm: algorithm, value: "\(joined.value)-\(parts.count)", type: .composite)
        case .fullObject:
            guard let combination = ChecksumCombination(algorithm), var value = values.first else { return nil }
            for (part, next) in zip(parts, values).dropFirst() {
                guard let joined = combination.combine(value, next, length: part.size) else { return nil }
                value = joined
            }
            return ObjectChecksum(algorithm: algorithm, value: value, type: .fullObject)
        }
    }

    /// Reads a `CompleteMultipartUpload` document.
    ///
    /// - Throws: `MalformedXML`.
    static func listedParts(
        _ document: XMLElement, _ algorithm: ChecksumAlgorithm
    ) throws(ServiceError) -> [ListedPart] {
        guard document.name == "CompleteMultipartUpload" else { throw .s3(.malformedXML) }
        let listed = document.all("Part")
        guard (1...MultipartUpload.partNumbers.upperBound).contains(listed.count) else { throw .s3(.malformedXML) }
        var parts: [ListedPart] = []
        for part in listed {
            guard let number = part.text(of: "PartNumber").flatMap({ Int($0.trimmingSpaces) }),
                let etag = part.text(of: "ETag")
            else { throw .s3(.malformedXML) }
            parts.append(ListedPart(number: number, etag: etag, checksum: part.text(of: algorithm.elementName)))
        }
        return parts
    }
}

extension ServiceError {
    fileprivate static func invalidPart(
        _ part: MultipartCompletion.ListedPart, _ upload: MultipartUpload
    ) -> ServiceError {
        .s3(
            .invalidPart,
            members: [
                "UploadId": .string(upload.id), "PartNumber": .string(String(part.number)),
                "ETag": .string(EntityTag.plain(part.etag)),
            ])
    }
}
