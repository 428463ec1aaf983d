import Foundation

/// A template of one table, one bucket and three functions, written to a file for as long as a test needs it.
enum CounterTemplate {
    static func withFile<Value: Sendable>(
        _ text: String = CounterTemplate.text, _ body: (String) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("template-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("template.json")
        try Data(text.utf8).write(to: file)
        return try await body(file.path)
    }

    static let text = """
        {
          "Transform": "AWS::Serverless-2016-10-31",
          "Globals": {"Function": {"Runtime": "provided.al2023", "CodeUri": "nothing.zip", "Timeout": 60}},
          "Resources": {
            "Counting": {
              "Type": "AWS::Serverless::Function",
              "Properties": {
                "FunctionName": "counting-function", "Handler": "counter",
                "EventInvokeConfig": {"MaximumRetryAttempts": 1},
                "Events": {
                  "Count": {"Type": "HttpApi", "Properties": {"Method": "POST", "Path": "/counts/{name}"}}
                }
              }
            },
            "Hasty": {
              "Type": "AWS::Serverless::Function",
              "Properties": {"FunctionName": "hasty", "Handler": "counter", "Timeout": 1}
            },
            "Unmakeable": {
              "Type": "AWS::Serverless::Function",
              "Properties": {"FunctionName": "unmakeable", "Handler": "unmakeable"}
            },
            "CountsTable": {
              "Type": "AWS::DynamoDB::Table",
              "Properties": {
                "TableName": "Counts", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]
              }
            },
            "Notes": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "notes"}}
          }
        }
        """
}
