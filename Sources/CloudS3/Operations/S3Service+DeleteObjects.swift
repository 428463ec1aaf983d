import CloudCore
import NIOHTTP1

extension S3Service {
    /// `DELETE /bucket/key`
    func deleteObject(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        var conditions = WriteConditions()
        conditions.ifMatch = request.header("if-match")
        let announcement = self.announcement(.removed, request, bucket)
        for outcome in try await storage.delete([(request.key, conditions, announcement)], in: bucket.id) {
            try outcome.get()
        }
        deliver(announcement)
        return CloudResponse(status: 204)
    }

    /// Keys that one request may delete.
    static let deletionLimit = 1000

    /// `POST /bucket?delete`
    func deleteObjects(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        let payload = try PayloadDescription(of: request.http.headers, requiresLength: false)
        guard payload.md5 != nil || payload.checksum != nil else {
            throw ServiceError.s3(.invalidRequest, "Missing required header for this request: Content-MD5")
        }
        // A thousand keys of the greatest length, each of its bytes written as a reference.
        let body = try await receiveDocument(request, limit: 8 * 1024 * 1024)
        guard body.name == "Delete" else { throw ServiceError.s3(.malformedXML) }
        let isQuiet = body.text(of: "Quiet")?.trimmingSpaces == "true"
        let objects = body.all("Object")
        guard (1...Self.deletionLimit).contains(objects.count) else { throw ServiceError.s3(.malformedXML) }

        var deletions: [(key: ObjectKey, conditions: WriteConditions, announcement: Announcement?)] = []
        var outcomes: [(key: String, version: String?, failure: ServiceError?)] = []
        var positions: [Int] = []
        for object in objects {
            guard let key = object.text(of: "Key"), !key.isEmpty else { throw ServiceError.s3(.malformedXML) }
            let version = object.text(of: "VersionId")
            outcomes.append((key, version, nil))
            if key.utf8.count > ObjectKey.lengthLimit {
                outcomes[outcomes.count - 1].failure = .s3(.keyTooLong)
            } else if let version, version != "null" {
                outcomes[outcomes.count - 1].failure = .s3(.noSuchVersion)
            } else {
                var conditions = WriteConditions()
                conditions.ifMatch = object.text(of: "ETag")
                positions.append(outcomes.count - 1)
                let announcement = self.announcement(.removed, request, bucket, key: ObjectKey(key))
                deletions.append((ObjectKey(key), conditions, announcement))
            }
        }
        for (position, outcome) in zip(positions, try await storage.delete(deletions, in: bucket.id)) {
            if case .failure(let error) = outcome { outcomes[position].failure = error }
        }
        deliver(deletions.lazy.compactMap(\.announcement).first)

        return document("DeleteResult") { writer in
            for (key, version, failure) in outcomes {
                if let failure {
                    writer.element("Error") { writer in
                        writer.element("Key", key)
                        writer.element("VersionId", ifPresent: version)
                        writer.element("Code", failure.code)
                        writer.element("Message", failure.message)
                    }
                } else if !isQuiet {
                    writer.element("Deleted") { writer in
                        writer.element("Key", key)
                        writer.element("VersionId", ifPresent: version)
                    }
                }
            }
        }
    }
}
