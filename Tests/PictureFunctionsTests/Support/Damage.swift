import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

/// Plants what crashes leave behind, and looks whether it is mended or as it was.
struct Damage: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case objectWithoutRow, rowWithoutObject, running, queued, directUpload, multipart
    }

    /// One thing that was planted.
    struct Planted: Sendable {
        var kind: Kind
        var key: PictureKey
        var object: ObjectName
        var uploadID = ""
        var row: Item?
    }

    let cloud: Cloud
    let client: FunctionClient
    let owner: UserID

    private var service: PictureService { cloud.service }
    private var bucket: String { service.settings.bucket }
    private var s3: S3Client { service.bucket.s3 }

    init(_ cloud: Cloud, as username: String = "ada") async throws {
        self.cloud = cloud
        client = try await cloud.member(username)
        owner = try #require(try await client.send("GET", "/me").json["userId"]?.string.flatMap { UserID($0) })
    }

    /// Plants one of each kind, as a crash just now would have left it.
    func plantAll(_ name: String) async throws -> [Planted] {
        var planted: [Planted] = []
        for kind in Kind.allCases { planted.append(try await plant(kind, "\(name)-\(kind.rawValue)")) }
        return planted
    }

    func plant(_ kind: Kind, _ name: String) async throws -> Planted {
        let key = try PictureKey(name)
        switch kind {
        case .objectWithoutRow, .directUpload, .multipart:
            let area: ObjectName.Area = kind == .directUpload ? .uploads : .pictures
            var planted = Planted(
                kind: kind, key: key, object: ObjectName(in: area, owner: owner, random: service.random))
            if kind == .multipart {
                planted.uploadID = try await s3.createMultipartUpload(bucket: bucket, key: planted.object.text)
            } else {
                try await s3.putObject(bucket: bucket, key: planted.object.text, body: .bytes([1, 2, 3]))
            }
            return planted
        case .rowWithoutObject, .running, .queued:
            var planted = try await healthy(name)
            planted.kind = kind
            if kind == .rowWithoutObject {
                try await s3.deleteObject(bucket: bucket, key: planted.object.text)
            } else {
                try await set(kind == .running ? "running" : "queued", planted)
            }
            planted.row = try await row(planted)
            return planted
        }
    }

    /// A picture with which nothing is amiss.
    func healthy(_ name: String) async throws -> Planted {
        let answer = try await client.upload(TestPictures.png(name.hashValue), key: name)
        try #require(answer.status == 201, "\(answer.json.text())")
        let key = try PictureKey(name)
        let record = try #require(try await service.pictures.record(owner, key, .none))
        var planted = Planted(kind: .queued, key: key, object: record.object)
        try await set("done", planted)
        planted.row = try await row(planted)
        return planted
    }

    private func set(_ state: String, _ planted: Planted) async throws {
        try await service.pictures.database.updateItem(
            table: service.settings.tables.pictures, key: PictureRow.key(owner, planted.key),
            update: "SET #state = :state", names: ["#state": "state"], values: [":state": .string(state)])
    }

    /// The row without the sweeper's marks.
    func row(_ planted: Planted) async throws -> Item? {
        var row = try await service.pictures.database.getItem(
            table: service.settings.tables.pictures, key: PictureRow.key(owner, planted.key), consistent: true)
        row?["sweepMark"] = nil
        row?["sweepMarkAt"] = nil
        return row
    }

    private func isThere(_ object: ObjectName) async throws -> Bool {
        try await s3.headObject(bucket: bucket, key: object.text) != nil
    }

    private func isUnderWay(_ planted: Planted) async throws -> Bool {
        try await s3.multipartUploads(bucket: bucket).collect().contains { $0.uploadID == planted.uploadID }
    }

    func isMended(_ planted: Planted) async throws -> Bool {
        switch planted.kind {
        case .objectWithoutRow, .directUpload: return try await !isThere(planted.object)
        case .multipart: return try await !isUnderWay(planted)
        case .rowWithoutObject: return try await row(planted) == nil
        case .running, .queued:
            let row = try await row(planted)
            let hasObject = try await isThere(planted.object)
            return row?["state"]?.string == "failed" && row?["failure"] != nil && hasObject
        }
    }

    func isUntouched(_ planted: Planted) async throws -> Bool {
        switch planted.kind {
        case .objectWithoutRow, .directUpload: return try await isThere(planted.object)
        case .multipart: return try await isUnderWay(planted)
        case .rowWithoutObject: return try await row(planted) == planted.row
        case .running, .queued:
            let row = try await row(planted)
            let hasObject = try await isThere(planted.object)
            return row == planted.row && hasObject
        }
    }
}

extension [Damage.Planted] {
    /// The names of those that are not mended.
    func unmended(_ damage: Damage) async throws -> [String] {
        var names: [String] = []
        for planted in self where try await !damage.isMended(planted) { names.append(planted.key.text) }
        return names
    }

    /// The names of those that are not as they were planted.
    func touched(_ damage: Damage) async throws -> [String] {
        var names: [String] = []
        for planted in self where try await !damage.isUntouched(planted) { names.append(planted.key.text) }
        return names
    }
}
