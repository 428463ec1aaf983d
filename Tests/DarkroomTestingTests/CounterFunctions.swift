import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime

/// Functions for the tests of test support: they count in a table, keep notes in a bucket, and misbehave when asked.
let counterFunctions: HandlerTable = [
    "counter": { environment in try Counter(environment) },
    "unmakeable": { environment in
        _ = try environment.require("NOBODY_SETS_THIS")
        return Counterless()
    },
]

struct Counter: Handler {
    let database: DynamoDBClient
    let storage: S3Client

    init(_ environment: Environment) throws {
        var variables: [String: String] = [:]
        for name in ["AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            variables[name] = try environment.require(name)
        }
        let aws = AWSClient(configuration: try AWSConfiguration(environment: variables))
        database = DynamoDBClient(aws)
        storage = S3Client(aws)
    }

    func handle(_ event: JSONValue, context: Context) async throws -> JSONValue {
        if event["fail"] != nil { throw Refusal(words: event["fail"]?.string ?? "") }
        if event["hang"] != nil { try await Task.sleep(for: .seconds(600)) }
        let name = event["pathParameters"]?["name"]?.string ?? event["name"]?.string ?? "nobody"
        context.logger.info("counting", ["name": .string(name)])
        try await database.updateItem(
            table: "Counts", key: ["name": .string(name)], update: "ADD #count :one", names: ["#count": "count"],
            values: [":one": 1])
        _ = try await storage.putObject(bucket: "notes", key: name, body: .bytes(Array("counted".utf8)))
        return ["counted": .string(name), "in": .string(context.functionName)]
    }
}

struct Counterless: Handler {
    func handle(_ event: JSONValue, context: Context) async throws -> JSONValue { .null }
}

struct Refusal: Error, CustomStringConvertible {
    let words: String
    var description: String { words }
}
