import CloudCore
import NIOHTTP1

extension S3Service {
    /// `GET /`
    func listBuckets(_ request: S3Request) throws -> CloudResponse {
        let limit = try request.number("max-buckets", default: 10_000, in: 1...10_000)
        let prefix = request.query["prefix"]
        let region = request.query["bucket-region"]
        let after = try request.query["continuation-token"].map(ContinuationToken.init(parsing:))
        let found = storage.catalog.all.filter { bucket in
            bucket.name.hasPrefix(prefix ?? "") && (region ?? bucket.region) == bucket.region
                && after.map { bucket.name > $0.name.text } ?? true
        }
        return document("ListAllMyBucketsResult") { writer in
            writeOwner(to: &writer)
            writer.element("Buckets") { writer in
                for bucket in found.prefix(limit) {
                    writer.element("Bucket") { writer in
                        writer.element("Name", bucket.name)
                        writer.element("CreationDate", bucket.created.listed)
                        writer.element("BucketRegion", bucket.region)
                    }
                }
            }
            if found.count > limit {
                let last = ObjectKey(found[limit - 1].name)
                writer.element("ContinuationToken", ContinuationToken(kind: .key, name: last).text)
            }
            writer.element("Prefix", ifPresent: prefix)
        }
    }

    /// `PUT /bucket`
    func createBucket(_ request: S3Request) async throws -> CloudResponse {
        let name = request.bucketName
        guard BucketName.isValid(name) else {
            throw ServiceError.s3(.invalidBucketName, members: ["BucketName": .string(name)])
        }
        if request.header("x-amz-bucket-object-lock-enabled")?.lowercased() == "true" {
            throw ServiceError.notImplemented(header: "x-amz-bucket-object-lock-enabled")
        }
        let body = try await receiveArgument(request)
        var constraint: String?
        var tags: TagSet?
        if !body.isEmpty {
            guard let root = try? XMLReader.parse(body), root.name == "CreateBucketConfiguration" else {
                throw ServiceError.s3(.malformedXML)
            }
            constraint = root.text(of: "LocationConstraint").flatMap { $0.isEmpty ? nil : $0 }
            tags = try root["Tags"].map { try TagSet(createTags: $0) }
        }
        let region = try Self.region(constraint: constraint, endpoint: request.call.region)
        guard try await storage.createBucket(name: name, region: region, created: clock.now) else {
            // In the oldest region creating one's own bucket again is no error.
            guard request.call.region == CloudIdentity.defaultRegion else {
                throw ServiceError.s3(.bucketAlreadyOwnedByYou, members: ["BucketName": .string(name)])
            }
            return CloudResponse(status: 200, headers: ["Location": "/" + name])
        }
        if let tags, !tags.isEmpty {
            try await storage.setConfiguration("tagging", of: bucket(named: name), to: tags.document)
        }
        return CloudResponse(status: 200, headers: ["Location": "/" + name])
    }

    /// The region that a bucket is made in.
    ///
    /// - Throws: `IllegalLocationConstraintException`, `InvalidLocationConstraint`.
    static func region(constraint: String?, endpoint: String) throws(ServiceError) -> String {
        guard let constraint else {
            guard endpoint == CloudIdentity.defaultRegion else { throw .s3(.illegalLocationConstraint) }
            return endpoint
        }
        let region = constraint == "EU" ? "eu-west-1" : constraint
        guard region != CloudIdentity.defaultRegion, region.split(separator: "-").count >= 3 else {
            throw .s3(.invalidLocationConstraint, members: ["LocationConstraint": .string(constraint)])
        }
        guard endpoint == CloudIdentity.defaultRegion || endpoint == region else {
            throw .s3(
                .illegalLocationConstraint,
                "The \(constraint) location constraint is incompatible for the region specific endpoint this request "
                    + "was sent to.")
        }
        return region
    }

    /// `HEAD /bucket`
    func headBucket(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        return CloudResponse(
            status: 200,
            headers: [
                "Content-Type": "application/xml", "x-amz-bucket-region": bucket.region,
                "x-amz-access-point-alias": "false", "x-amz-bucket-arn": "arn:aws:s3:::" + bucket.name,
            ])
    }

    /// `DELETE /bucket`
    func deleteBucket(_ request: S3Request) async throws -> CloudResponse {
        try await storage.deleteBucket(bucket(request))
        return CloudResponse(status: 204)
    }

    /// `GET /bucket?location`
    func getBucketLocation(_ request: S3Request) throws -> CloudResponse {
        let region = try bucket(request).region
        var writer = XMLWriter()
        if region == CloudIdentity.defaultRegion {
            writer.emptyElement("LocationConstraint", namespace: Self.namespace)
        } else {
            writer.element("LocationConstraint", attributes: ["xmlns": Self.namespace]) { $0.text(region) }
        }
        return document(writer.bytes)
    }

    /// `GET /bucket?versioning`: a bucket that never had versions.
    func getBucketVersioning(_ request: S3Request) throws -> CloudResponse {
        _ = try bucket(request)
        return emptyDocument("VersioningConfiguration")
    }

    /// `GET /bucket?acl`
    func getBucketAcl(_ request: S3Request) throws -> CloudResponse {
        _ = try bucket(request)
        return accessControlPolicy()
    }

    /// `GET /bucket/key?acl`
    func getObjectAcl(_ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        try request.refuseOtherVersions()
        guard try storage.object(request.key, in: bucket.id) != nil else { throw ServiceError.noSuchKey(request.key) }
        return accessControlPolicy()
    }

    /// The one policy that there is where lists are off: everything is its owner's.
    private func accessControlPolicy() -> CloudResponse {
        document("AccessControlPolicy") { writer in
            writeOwner(to: &writer)
            writer.element("AccessControlList") { writer in
                writer.element("Grant") { writer in
                    writer.element(
                        "Grantee",
                        attributes: [
                            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xsi:type": "CanonicalUser",
                        ]
                    ) { writer in
                        writer.element("ID", ownerID)
                        writer.element("DisplayName", identity.accountID)
                    }
                    writer.element("Permission", "FULL_CONTROL")
                }
            }
        }
    }

    func emptyDocument(_ root: String) -> CloudResponse {
        var writer = XMLWriter()
        writer.emptyElement(root, namespace: Self.namespace)
        return document(writer.bytes)
    }
}

extension TagSet {
    /// The tags that a bucket is created with: `Tag` elements without a `TagSet` around them.
    init(createTags: XMLElement) throws(ServiceError) {
        var tagging = XMLElement("Tagging")
        tagging.children = [XMLElement("TagSet", children: createTags.children)]
        try self.init(document: tagging, limit: Self.bucketLimit)
    }
}

extension Timestamp {
    /// The form in which documents tell moments: whole seconds, written with a fraction.
    var listed: String { Timestamp(seconds: seconds).iso8601WithMilliseconds }
}
