import AWSClient

/// What was stored.
extension TestCloud {
    /// All items of a table.
    ///
    /// - Parameter table: its name, or its logical id in the template.
    /// - Throws: `AWSError` where there is no such table.
    public func items(in table: String) async throws -> [Item] {
        let name = cloud.template.tables.first { $0.logicalID == table }?.name ?? table
        return try await DynamoDBClient(aws).items(DynamoDBSelection(table: name, isConsistent: true)).collect()
    }

    /// The keys of all objects in a bucket, sorted.
    ///
    /// - Parameter bucket: its name, or its logical id in the template.
    /// - Throws: `AWSError` where there is no such bucket.
    public func objects(in bucket: String) async throws -> [String] {
        try await S3Client(aws).objects(bucket: bucketName(bucket)).collect().map(\.key)
    }

    /// The bytes of an object.
    ///
    /// - Parameter bucket: its name, or its logical id in the template.
    /// - Throws: `AWSError` where there is no such object.
    public func object(_ key: String, in bucket: String) async throws -> [UInt8] {
        try await S3Client(aws).getObject(bucket: bucketName(bucket), key: key).body
    }

    private func bucketName(_ bucket: String) -> String {
        cloud.template.buckets.first { $0.logicalID == bucket }?.name ?? bucket
    }
}
