import CloudCore

/// The storage classes of objects. All of them are stored alike here; the name is kept.
enum StorageClass {
    static let standard = "STANDARD"

    private static let known: Set<String> = [
        standard, "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
        "GLACIER_IR",
    ]

    /// The class that a request names.
    ///
    /// - Throws: `InvalidStorageClass`.
    static func parse(_ header: String?) throws(ServiceError) -> String {
        guard let header else { return standard }
        guard known.contains(header) else {
            throw .s3(.invalidStorageClass, members: ["StorageClassRequested": .string(header)])
        }
        return header
    }
}
