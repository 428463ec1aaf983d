import AWSClient
import LambdaRuntime
import Pictures

/// What clients sent straight to the bucket and never completed, and uploads in parts that nobody ends.
extension Sweep {
    /// Looks at what was sent behind a name.
    func sweepUploads(behind place: AttributeValue?) async throws -> Page {
        let listed = try await service.bucket.s3.listObjects(
            bucket: service.bucket.name, prefix: "\(ObjectName.Area.uploads.rawValue)/", startAfter: place?.string,
            maximumKeys: Self.pageSize, options: options)
        var page = Page(part: SweepReport.Part(seen: listed.objects.count))
        var abandoned: [String] = []
        // Bytes that came at the last moment may be completed until their ticket ends, and that takes its time.
        let age = Int(UploadFunction.lifetime) + settings.grace
        for object in listed.objects {
            guard let modified = Timestamp(service: object.lastModified), now.isPast(age, since: modified) else {
                page.part.count("fresh")
                continue
            }
            abandoned.append(object.key)
        }
        page.part.count("abandoned", abandoned.count)
        try await delete(abandoned, &page)
        page.next = listed.continuationToken == nil ? nil : listed.objects.last.map { .string($0.key) }
        return page
    }

    /// Looks at the uploads in parts behind another.
    func sweepMultipart(behind place: AttributeValue?) async throws -> Page {
        let mark = place.flatMap { place -> S3MultipartMark? in
            guard let key = place["key"]?.string, let uploadID = place["uploadId"]?.string else { return nil }
            return S3MultipartMark(key: key, uploadID: uploadID)
        }
        let bucket = service.bucket
        let listed = try await bucket.s3.listMultipartUploads(
            bucket: bucket.name, behind: mark, maximumUploads: Self.pageSize, options: options)
        var page = Page(part: SweepReport.Part(seen: listed.uploads.count))
        let abandoned = listed.uploads.filter { upload in
            Timestamp(service: upload.initiated).map { now.isPast(settings.multipart, since: $0) } ?? false
        }
        page.part.count("fresh", listed.uploads.count - abandoned.count)
        page.part.count("abandoned", abandoned.count)
        let options = options
        let outcomes = await forEach(abandoned) { upload in
            do {
                try await bucket.s3.abortMultipartUpload(
                    bucket: bucket.name, key: upload.key, uploadID: upload.uploadID, options: options)
            } catch AWSError.Code.noSuchUpload {
                // It has ended in between, one way or the other.
            }
        }
        for (upload, outcome) in outcomes {
            switch outcome {
            case .success: page.part.count("aborted")
            case .failure(let error): page.failures.append((upload.key, error))
            }
        }
        page.next = listed.next.map { ["key": .string($0.key), "uploadId": .string($0.uploadID)] }
        return page
    }
}
