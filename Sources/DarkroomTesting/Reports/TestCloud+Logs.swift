/// What functions logged.
extension TestCloud {
    /// The lines of a function's log group, the oldest first: its own, and those that Lambda writes, such as
    /// `START RequestId: …`.
    ///
    /// - Parameter function: its name, or its logical id in the template.
    /// - Throws: the store's errors.
    public func logs(of function: String) async throws -> [String] {
        let name = cloud.template.functions.first { $0.logicalID == function }?.name ?? function
        return try await cloud.logLines(of: name)
    }
}
