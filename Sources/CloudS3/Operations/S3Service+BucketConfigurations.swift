import CloudCore
import NIOHTTP1

extension S3Service {
    /// `GET /bucket?<configuration>`
    func getConfiguration(_ configuration: BucketConfiguration, _ request: S3Request) throws -> CloudResponse {
        let bucket = try bucket(request)
        if let stored = try storage.configuration(configuration.kind, of: bucket) {
            return configuration.root == nil
                ? CloudResponse(status: 200, headers: ["Content-Type": "application/json"], bytes: stored)
                : document(stored)
        }
        switch configuration.fallback {
        case .error(let code): throw ServiceError.s3(code, members: ["BucketName": .string(bucket.name)])
        case .empty: return emptyDocument(configuration.root ?? "")
        case .path(let path, let value):
            return document(configuration.root ?? "") { Self.write(path[...], value, to: &$0) }
        }
    }

    private static func write(_ path: ArraySlice<String>, _ value: String, to writer: inout XMLWriter) {
        guard let first = path.first else { return writer.text(value) }
        writer.element(first) { write(path.dropFirst(), value, to: &$0) }
    }

    /// `PUT /bucket?<configuration>`
    func putConfiguration(_ configuration: BucketConfiguration, _ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        let document = try await receiveArgument(request)
        try configuration.validate(document)
        if configuration.kind == "notification" {
            try await putNotifications(document, request, bucket)
            return CloudResponse(status: configuration.putStatus)
        }
        try await storage.setConfiguration(configuration.kind, of: bucket, to: document)
        if configuration.kind == "cors" {
            let cors = try CORSConfiguration(document: XMLReader.parse(document))
            storage.catalog.update(bucket.name) { $0.cors = cors }
        }
        return CloudResponse(status: configuration.putStatus)
    }

    /// `DELETE /bucket?<configuration>`
    func deleteConfiguration(_ configuration: BucketConfiguration, _ request: S3Request) async throws -> CloudResponse {
        let bucket = try bucket(request)
        try await storage.setConfiguration(configuration.kind, of: bucket, to: nil)
        if configuration.kind == "cors" { storage.catalog.update(bucket.name) { $0.cors = nil } }
        return CloudResponse(status: 204)
    }
}
