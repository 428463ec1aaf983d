import CloudCore

extension S3Service {
    /// `GET /bucket/key?tagging`
    func getObjectTagging(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        guard let object = try storage.object(request.key, in: bucket.id) else {
            throw ServiceError.noSuchKey(request.key)
        }
        return document(object.tags.document)
    }

    /// `PUT /bucket/key?tagging`
    func putObjectTagging(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        let tags = try TagSet(document: await receiveDocument(request), limit: TagSet.objectLimit)
        let announcement = self.announcement(.tagsPut, request, bucket)
        try await storage.setTags(tags.stored, of: request.key, in: bucket.id, announcement: announcement)
        deliver(announcement)
        return CloudResponse(status: 200)
    }

    /// `DELETE /bucket/key?tagging`
    func deleteObjectTagging(_ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        let announcement = self.announcement(.tagsDeleted, request, bucket)
        try await storage.setTags(nil, of: request.key, in: bucket.id, announcement: announcement)
        deliver(announcement)
        return CloudResponse(status: 204)
    }
}
