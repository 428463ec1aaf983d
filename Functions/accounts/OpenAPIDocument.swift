import JSONValue
import Pictures

/// The OpenAPI 3.1 document of the service, made from the very operations that the functions route by.
enum OpenAPIDocument {
    /// Every operation of the service.
    static let operations: [Operation] =
        (AccountsFunction.routes + UploadFunction.routes + GetFunction.routes(cache: PictureCache(capacity: 0))
        + ListFunction.routes + RekognizeFunction.routes + DeleteFunction.routes).map(\.operation)
        + StatisticsFunction.routes.map(\.operation)
        + [BackupFunction.Operations.list, BackupFunction.Operations.take, BackupFunction.Operations.restore]

    /// The document as JSON text.
    static let bytes = document.encoded()

    /// The document.
    static var document: JSONValue {
        var paths = JSONObject()
        for operation in operations {
            let path = operation.path.replacingGreedyMark
            var methods = paths[path]?.object ?? JSONObject()
            methods[operation.method.lowercased()] = describe(operation)
            paths[path] = .object(methods)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Darkroom pictures", "version": "1.0.0",
                "description":
                    "People keep pictures under keys of their own, and get, list and search them. A key may hold slashes; in a path they may stand as they are.",
            ],
            "paths": .object(paths),
            "components": [
                "schemas": OpenAPISchemas.all,
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"],
                    "cookie": ["type": "apiKey", "in": "cookie", "name": .string(PictureService.sessionCookie)],
                ],
            ],
        ]
    }

    private static func describe(_ operation: Operation) -> JSONValue {
        var object: JSONObject = [
            "operationId": .string(operation.name), "summary": .string(operation.summary),
        ]
        let parameters = pathParameters(operation.path) + operation.parameters.map(describe)
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if !operation.bodies.isEmpty {
            let content = operation.bodies.map { ($0.mediaType, JSONValue.object(["schema": $0.schema])) }
            object["requestBody"] = ["required": true, "content": .object(JSONObject(content))]
        }
        object["responses"] = .object(responses(operation))
        object["security"] = operation.access == .everybody ? [] : [["bearer": []], ["cookie": []]]
        return .object(object)
    }

    private static func describe(_ parameter: Operation.Parameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue), "required": false,
            "description": .string(parameter.summary), "schema": parameter.schema,
        ]
    }

    private static func pathParameters(_ path: String) -> [JSONValue] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = segment.filter { !"{}+".contains($0) }
            return [
                "name": .string(name), "in": "path", "required": true,
                "schema": name == "key" ? Operation.schema("Key") : ["type": "string"],
            ]
        }
    }

    private static func responses(_ operation: Operation) -> JSONObject {
        var responses = JSONObject()
        for answer in operation.answers {
            var object: JSONObject = ["description": .string(answer.summary)]
            if let type = answer.mediaType, let schema = answer.schema {
                object["content"] = .object([type: ["schema": schema]])
            }
            responses[String(answer.status)] = .object(object)
        }
        var errors = Set(operation.errors)
        if operation.access != .everybody { errors.insert(401) }
        if operation.access == .admin { errors.insert(403) }
        for status in errors.sorted() {
            responses[String(status)] = [
                "description": .string(reasons[status] ?? "The request is refused."),
                "content": ["application/json": ["schema": Operation.schema("Error")]],
            ]
        }
        responses["default"] = [
            "description": "The service or its store fails: 500, 502, 503 or 504.",
            "content": ["application/json": ["schema": Operation.schema("Error")]],
        ]
        return responses
    }

    private static let reasons = [
        400: "The request is not well formed.", 401: "There is no session, or it is over.",
        403: "The secret that is asked for is wrong, or the session is no admin's.",
        404: "There is nothing of this name.",
        409: "Another request was faster.", 410: "The time for it is over.",
        412: "The request's condition does not hold.", 413: "The picture is over a limit.",
        415: "The body is of no kind that is taken.", 416: "The range lies outside of the picture.",
        422: "The picture is truncated or damaged.", 429: "There were too many attempts; see `Retry-After`.",
    ]
}

extension String {
    /// OpenAPI knows no parameters over several segments: `{key+}` is written `{key}`.
    fileprivate var replacingGreedyMark: String { String(filter { $0 != "+" }) }
}
