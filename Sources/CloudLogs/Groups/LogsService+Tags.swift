import CloudCore
import GRDB
import JSONValue

extension LogsService {
    static func tooManyTags(_ arn: String? = nil) -> ServiceError {
        var error = ServiceError.logs(
            .tooManyTags, "A resource can have at most \(LogGroup.tagLimit) user-defined tags.")
        if let arn { error.members["resourceName"] = .string(arn) }
        return error
    }

    func tagResource(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let arn = try input.resourceARN()
        let tags = input.require("tags", try input.tags())
        try input.finish()
        guard let arn, let tags else { return nil }
        try await changeTags(of: try group(arn: arn), tooMany: Self.tooManyTags(arn)) { $0.merge(tags) { $1 } }
        return nil
    }

    func untagResource(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let arn = try input.resourceARN()
        let keys = input.require("tagKeys", try input.texts("tagKeys"))
        try input.finish()
        guard let arn, let keys else { return nil }
        try await changeTags(of: try group(arn: arn)) { tags in for key in keys { tags[key] = nil } }
        return nil
    }

    func listTagsForResource(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let arn = try input.resourceARN()
        try input.finish()
        return try arn.map { try tags(of: try group(arn: $0)) }
    }

    // MARK: The older calls

    func tagLogGroup(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        let tags = input.require("tags", try input.tags())
        try input.finish()
        guard let name, let tags else { return nil }
        // Its shape knows no error of its own for too many.
        let tooMany = ServiceError.logs(.invalidParameter, Self.tooManyTags().message)
        try await changeTags(of: name, tooMany: tooMany) { $0.merge(tags) { $1 } }
        return nil
    }

    func untagLogGroup(_ input: LogsInput) async throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        let keys = input.require("tags", try input.texts("tags"))
        try input.finish()
        guard let name, let keys else { return nil }
        try await changeTags(of: name) { tags in for key in keys { tags[key] = nil } }
        return nil
    }

    func listTagsLogGroup(_ input: LogsInput) throws -> JSONObject? {
        var input = input
        let name = input.require("logGroupName", try input.groupName())
        try input.finish()
        return try name.map(tags)
    }

    // MARK: What they have in common

    private func group(arn: String) throws(ServiceError) -> String {
        guard arn.hasPrefix("arn:") else {
            throw .logs(.invalidParameter, "The specified resource ARN is invalid: \(arn)")
        }
        return try LogsInput.group(identifier: arn, identity)
    }

    private func tags(of name: String) throws -> JSONObject {
        let group = try database.read { try Self.group(name, $0) }
        return [
            "tags": .object(JSONObject(texts: group.tags))
        ]
    }

    private func changeTags(
        of name: String, tooMany: ServiceError = LogsService.tooManyTags(),
        _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) async throws {
        try await database.write { database in
            let group = try Self.group(name, database)
            var tags = group.tags
            change(&tags)
            guard tags.count <= LogGroup.tagLimit else { throw tooMany }
            try database.run(
                "UPDATE groups SET tags = ? WHERE number = ?", .text(JSONValue.object(JSONObject(texts: tags)).text()),
                .integer(group.number))
        }
    }
}

extension LogsInput {
    fileprivate mutating func resourceARN() throws(ServiceError) -> String? {
        require("resourceArn", try text("resourceArn", lengths: 1...1011))
    }
}
