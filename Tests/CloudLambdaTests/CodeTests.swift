import CloudCore
import Digests
import Foundation
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

@Suite struct CodeTests {
    /// An archive whose members are stored as they are.
    static func archive(_ members: [(path: String, mode: UInt32, content: String)]) -> Data {
        var body: [UInt8] = []
        var directory: [UInt8] = []
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        for member in members {
            var check = CyclicRedundancyCheck.crc32
            check.update(Array(member.content.utf8))
            let offset = body.count
            let sizes =
                number(Int(check.value), 4) + number(member.content.utf8.count, 4)
                + number(member.content.utf8.count, 4)
            let name = Array(member.path.utf8)
            body += number(0x0403_4B50, 4) + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + sizes
            body += number(name.count, 2) + number(0, 2) + name + Array(member.content.utf8)
            directory += number(0x0201_4B50, 4) + [20, 3] + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4)
            directory +=
                sizes + number(name.count, 2) + number(0, 8) + number(Int(member.mode) << 16, 4) + number(offset, 4)
            directory += name
        }
        let end = number(0x0605_4B50, 4) + number(0, 4) + number(members.count, 2) + number(members.count, 2)
        return Data(body + directory + end + number(directory.count, 4) + number(body.count, 4) + number(0, 2))
    }

    @Test func aFunctionIsMadeCalledChangedAndDeletedThroughTheAPI() async throws {
        try await LocalLambda.with { lambda in
            let script = Scripts.echo
            let zip = Self.archive([("bootstrap", 0o100755, script)]).base64EncodedString()
            let created = await lambda.request(
                "POST", "/2015-03-31/functions",
                #"{"FunctionName":"z","Role":"r","Handler":"h","Runtime":"provided.al2023","Code":{"ZipFile":"\#(zip)"}}"#
            )
            #expect(created.status == 201)
            #expect(created.json["State"] == "Active")
            #expect(created.json["Timeout"] == 3)
            #expect(created.json["CodeSha256"]?.string?.count == 44)
            let again = await lambda.request(
                "POST", "/2015-03-31/functions",
                #"{"FunctionName":"z","Role":"r","Handler":"h","Code":{"ZipFile":"\#(zip)"}}"#)
            #expect(again.status == 409)
            let echoed = try await lambda.invoke("z", "[1]")
            #expect(echoed.text == "[1]")
            let other = Self.archive([
                ("bootstrap", 0o100755, script.replacing("respond(id, body)", with: "respond(id, b'2')"))
            ])
            let updated = await lambda.request(
                "PUT", "/2015-03-31/functions/z/code", #"{"ZipFile":"\#(other.base64EncodedString())"}"#)
            #expect(updated.status == 200)
            #expect(updated.json["CodeSha256"] != created.json["CodeSha256"])
            let changed = try await lambda.invoke("z", "[1]")
            #expect(changed.text == "2")
            let listed = await lambda.request("GET", "/2015-03-31/functions/")
            #expect(listed.json["Functions"]?.array?.count == 1)
            #expect(await lambda.request("DELETE", "/2015-03-31/functions/z").status == 204)
            #expect(await lambda.request("GET", "/2015-03-31/functions/z").status == 404)
        }
    }

    @Test func temporaryStorageIsKeptAndShown() async throws {
        try await LocalLambda.with(launcher: PeerLauncher()) { lambda in
            let path = "/2015-03-31/functions"
            let zip = Self.archive([("bootstrap", 0o100755, "")]).base64EncodedString()
            func create(_ name: String, _ more: String) async -> CloudResponse {
                await lambda.request(
                    "POST", path,
                    #"{"FunctionName":"\#(name)","Role":"r","Handler":"h","Code":{"ZipFile":"\#(zip)"}\#(more)}"#)
            }
            #expect(await create("a", "").json["EphemeralStorage"] == ["Size": 512])
            #expect(await create("b", #","EphemeralStorage":{"Size":1024}"#).json["EphemeralStorage"] == ["Size": 1024])
            let shown = await lambda.request("GET", path + "/b/configuration")
            #expect(shown.json["EphemeralStorage"] == ["Size": 1024])
            let changed = await lambda.request(
                "PUT", path + "/b/configuration", #"{"EphemeralStorage":{"Size":10240}}"#)
            #expect(changed.json["EphemeralStorage"] == ["Size": 10240])
            for (size, bound) in [(511, "greater than or equal to 512"), (10241, "less than or equal to 10240")] {
                let refused = await create("c", #","EphemeralStorage":{"Size":\#(size)}"#)
                #expect(refused.status == 400)
                #expect(refused.headers["x-amzn-ErrorType"] == ["ValidationException"])
                #expect(
                    refused.json["message"]?.string
                        == "1 validation error detected: Value '\(size)' at 'ephemeralStorage.size' failed to satisfy "
                        + "constraint: Member must have value \(bound)")
            }
        }
    }

    @Test(arguments: [
        "../outside", "/etc/outside", "a/../../outside", "..",
    ])
    func membersThatLeadOutAreRefused(_ path: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zip-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let archive = try ZipArchive(Self.archive([("good", 0o100644, "a"), (path, 0o100644, "b")]))
        #expect(throws: ZipArchiveError.unsafePath(path)) { try archive.unpack(into: folder) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func aLinkThatLeadsOutIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zip-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let archive = try ZipArchive(Self.archive([("link", 0o120777, "../../etc"), ("link/file", 0o100644, "b")]))
        #expect(throws: (any Error).self) { try archive.unpack(into: folder) }
    }

    @Test func aDamagedArchiveIsSaidToBe() throws {
        let whole = Self.archive([("bootstrap", 0o100755, "content that is long enough to be cut")])
        #expect(throws: ZipArchiveError.notAnArchive) { try ZipArchive(Data("no archive".utf8)) }
        #expect(throws: ZipArchiveError.notAnArchive) { try ZipArchive(whole.dropLast(20)) }
        var wrong = whole
        wrong[45] ^= 1
        let archive = try ZipArchive(wrong)
        let entry = try #require(archive.entries.first)
        #expect(throws: ZipArchiveError.damaged("the checksum of bootstrap is wrong")) {
            try archive.content(of: entry)
        }
        // Whatever a byte is changed to, reading ends with an error or an archive, never otherwise.
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0xFF
            if let archive = try? ZipArchive(changed) {
                for entry in archive.entries where entry.size < 1 << 20 { _ = try? archive.content(of: entry) }
            }
        }
    }
}
