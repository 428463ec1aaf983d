import JSONValue
import Pictures

/// The schemas that the OpenAPI document refers to. Limits come from where they are held.
enum OpenAPISchemas {
    static var all: JSONValue {
        .object(JSONObject(people + uploads + pictures + backups + statistics + [("Error", error)]))
    }

    private static let text: JSONValue = ["type": "string"]
    private static let count: JSONValue = ["type": "integer", "minimum": 0]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]

    private static func object(
        _ properties: KeyValuePairs<String, JSONValue>, required: [String] = [], isOpen: Bool = false
    ) -> JSONValue {
        var schema: JSONObject = [
            "type": "object", "properties": .object(JSONObject(properties.map { ($0.key, $0.value) })),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        if !isOpen { schema["additionalProperties"] = false }
        return .object(schema)
    }

    private static func names(_ values: some Sequence<String>) -> JSONValue {
        ["type": "string", "enum": .array(values.map { .string($0) })]
    }

    private static let error: JSONValue = object(
        ["error": object(["code": text, "message": text], required: ["code", "message"])], required: ["error"])

    private static let password: JSONValue = [
        "type": "string", "minLength": JSONValue(Password.lengths.lowerBound),
        "maxLength": JSONValue(Password.lengths.upperBound),
    ]
    private static let username: JSONValue = [
        "type": "string", "pattern": "^[A-Za-z0-9._-]+$", "minLength": JSONValue(Username.lengths.lowerBound),
        "maxLength": JSONValue(Username.lengths.upperBound),
    ]

    private static let people: [(String, JSONValue)] = [
        (
            "SignUp",
            object(
                [
                    "username": username, "password": password, "firstName": text, "lastName": text, "email": text,
                    "birthday": ["type": "string", "format": "date"], "phone": text, "adminCode": text,
                ], required: ["username", "password"])
        ),
        ("LogIn", object(["username": text, "password": text], required: ["username", "password"])),
        (
            "Session",
            object(
                [
                    "token": text, "expires": time, "userId": text, "username": text,
                    "role": names(Role.allCases.map(\.rawValue)),
                ], required: ["token", "expires", "userId", "username", "role"])
        ),
        (
            "PasswordChange",
            object(["currentPassword": text, "newPassword": password], required: ["currentPassword", "newPassword"])
        ),
        (
            "User",
            object(
                [
                    "userId": text, "username": text, "role": names(Role.allCases.map(\.rawValue)), "firstName": text,
                    "lastName": text, "email": text, "birthday": ["type": "string", "format": "date"], "phone": text,
                ], required: ["userId", "username", "role"])
        ),
        (
            "Profile",
            object([
                "firstName": optional, "lastName": optional, "email": optional, "birthday": optional, "phone": optional,
            ])
        ),
    ]
    private static let optional: JSONValue = ["type": ["string", "null"]]

    private static let uploads: [(String, JSONValue)] = [
        ("Key", ["type": "string", "minLength": 1, "maxLength": JSONValue(PictureKey.byteLimit)]),
        (
            "UploadForm",
            object(
                ["key": Operation.schema("Key"), "file": ["type": "string", "contentMediaType": "image/*"]],
                required: ["key", "file"])
        ),
        (
            "BeginUpload",
            object(
                ["key": Operation.schema("Key"), "bytes": ["type": "integer", "minimum": 1], "fileName": text],
                required: ["key", "bytes"])
        ),
        (
            "Upload",
            object(
                ["id": text, "method": names(["PUT"]), "url": text, "expires": time, "complete": text],
                required: ["id", "method", "url", "expires", "complete"])
        ),
        (
            "Deletion",
            object([
                "keys": [
                    "type": "array", "items": Operation.schema("Key"), "maxItems": JSONValue(DeleteFunction.keyLimit),
                ],
                "all": ["type": "boolean"], "confirm": names([DeleteFunction.confirmation]),
            ])
        ),
        (
            "Deleted",
            object(
                [
                    "deleted": count, "unknown": ["type": "array", "items": Operation.schema("Key")],
                    "complete": ["type": "boolean"],
                ], required: ["deleted", "unknown", "complete"])
        ),
    ]

    private static let fraction: JSONValue = ["type": "number", "minimum": 0, "maximum": 1]
    private static let polygon: JSONValue = [
        "type": "array", "items": object(["x": fraction, "y": fraction], required: ["x", "y"]),
    ]
    private static let percentage: JSONValue = ["type": "number", "minimum": 0, "maximum": 100]

    private static let pictures: [(String, JSONValue)] = [
        (
            "Box",
            object(
                ["left": fraction, "top": fraction, "width": fraction, "height": fraction],
                required: ["left", "top", "width", "height"])
        ),
        (
            "Label",
            object(
                [
                    "name": text, "confidence": percentage, "parents": ["type": "array", "items": text],
                    "boxes": ["type": "array", "items": Operation.schema("Box")],
                ], required: ["name", "confidence", "parents", "boxes"])
        ),
        (
            "TextLine",
            object(
                [
                    "text": text, "confidence": percentage, "box": Operation.schema("Box"), "polygon": polygon,
                    "words": ["type": "array", "items": Operation.schema("TextWord")],
                ], required: ["text", "confidence", "words"])
        ),
        (
            "TextWord",
            object(
                ["text": text, "confidence": percentage, "box": Operation.schema("Box"), "polygon": polygon],
                required: ["text", "confidence"])
        ),
        ("Picture", object(picture, required: pictureAlways, isOpen: true)),
        (
            "StoredPicture",
            [
                "allOf": [
                    Operation.schema("Picture"),
                    object(
                        ["replaced": ["type": "boolean"], "duplicateOf": Operation.schema("Key")],
                        required: ["replaced"], isOpen: true),
                ]
            ]
        ),
        (
            "PicturePage",
            object(
                ["pictures": ["type": "array", "items": Operation.schema("Picture")], "next": text],
                required: ["pictures"])
        ),
    ]

    private static let restore: JSONValue = object(
        [
            "backup": text, "phase": names(RestoreState.Phase.allCases.map(\.rawValue)), "startedAt": time,
            "reason": text,
        ], required: ["backup", "phase", "startedAt"])

    private static let backups: [(String, JSONValue)] = [
        (
            "Backup",
            object(
                [
                    "name": ["type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z$"], "createdAt": time,
                    "whole": ["type": "boolean"],
                    "tables": [
                        "type": "array",
                        "items": object(
                            ["table": text, "arn": text, "status": text, "bytes": count],
                            required: ["table", "arn", "status", "bytes"]),
                    ],
                ], required: ["name", "createdAt", "whole", "tables"])
        ),
        (
            "Backups",
            object(
                [
                    "backups": ["type": "array", "items": Operation.schema("Backup")],
                    "schedule": object(
                        ["enabled": ["type": "boolean"], "intervalHours": count, "kept": count],
                        required: ["enabled", "intervalHours", "kept"]),
                    "restore": ["anyOf": [Operation.schema("Restore"), ["type": "null"]]],
                ], required: ["backups", "schedule", "restore"])
        ),
        ("RestoreBackup", object(["confirm": text], required: ["confirm"])),
        ("Restore", restore),
    ]

    private static let statistics: [(String, JSONValue)] = [
        (
            "Statistics",
            object(
                [
                    "resolution": names(Resolution.allCases.map(\.rawValue)),
                    "statistics": ["type": "array", "items": Operation.schema("StatisticsPoint")],
                ], required: ["resolution", "statistics"])
        ),
        (
            "StatisticsPoint",
            object(
                [
                    "time": time, "samples": count, "pictures": gauge, "bytes": gauge, "people": gauge,
                    "states": counts, "types": counts,
                ], required: ["time", "samples", "pictures", "bytes", "people", "states", "types"])
        ),
    ]
    private static let gauge = object(
        ["last": count, "least": count, "most": count], required: ["last", "least", "most"])
    private static let counts: JSONValue = ["type": "object", "additionalProperties": count]

    private static let picture: KeyValuePairs<String, JSONValue> = [
        "key": Operation.schema("Key"), "url": text, "contentType": names(ImageType.allCases.map(\.mediaType)),
        "bytes": count, "sha256": text, "etag": text, "width": count, "height": count, "frames": count,
        "fileName": text, "takenAt": text, "uploadedAt": time,
        "state": names(RecognitionState.Name.allCases.map(\.rawValue)), "failure": text,
        "recognizedAt": time,
        "labels": ["type": "array", "items": Operation.schema("Label"), "maxItems": JSONValue(Label.limit)],
        "text": ["type": "array", "items": Operation.schema("TextLine")], "class": text, "predictedClass": text,
        "adminLabel": text, "trained": ["type": "boolean"],
    ]
    private static let pictureAlways = [
        "key", "url", "contentType", "bytes", "sha256", "etag", "width", "height", "frames", "uploadedAt", "state",
        "labels", "text", "trained",
    ]
}
