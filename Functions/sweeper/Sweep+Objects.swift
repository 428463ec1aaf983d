import AWSClient
import JSONValue
import LambdaRuntime
import Pictures

/// Objects without a row.
///
/// An upload stores its object first and its row then, so that an object is without a row for a moment. One that has been
/// without for longer than any upload takes never gets one: its name was drawn for that upload alone.
extension Sweep {
    /// Looks at the objects behind a name.
    func sweepObjects(behind place: AttributeValue?) async throws -> Page {
        let listed = try await service.bucket.s3.listObjects(
            bucket: service.bucket.name, prefix: "\(ObjectName.Area.pictures.rawValue)/", startAfter: place?.string,
            maximumKeys: Self.pageSize, options: options)
        var page = Page(part: SweepReport.Part(seen: listed.objects.count))
        // The names of one person's objects stand together.
        var candidates: [UserID: [ObjectName]] = [:]
        for object in listed.objects {
            guard let name = ObjectName(object.key), let modified = Timestamp(service: object.lastModified) else {
                // Whatever it is, it is none of ours.
                page.part.count("foreign")
                continue
            }
            guard now.isPast(settings.grace, since: modified) else {
                page.part.count("fresh")
                continue
            }
            candidates[name.owner, default: []].append(name)
        }
        var orphans: [ObjectName] = []
        for (group, outcome) in await forEach(Array(candidates), { try await withoutRow($0.value, of: $0.key) }) {
            switch outcome {
            case .success(let found): orphans += found
            case .failure(let error): page.failures.append(("the objects of \(group.key)", error))
            }
        }
        page.part.count("withoutRow", orphans.count)
        try await delete(orphans.map(\.text), &page)
        page.next = listed.continuationToken == nil ? nil : listed.objects.last.map { .string($0.key) }
        return page
    }

    /// Those of a person's objects, in the order of their names, that no row points to.
    private func withoutRow(_ objects: [ObjectName], of owner: UserID) async throws -> [ObjectName] {
        guard let first = objects.first, let last = objects.last else { return [] }
        let held = try await service.pictures.objects(of: owner, from: first, through: last, options)
        return objects.filter { !held.contains($0.text) }
    }

    /// Deletes objects and counts them.
    func delete(_ names: [String], _ page: inout Page) async throws {
        guard !names.isEmpty else { return }
        let left = try await service.bucket.s3.deleteObjects(
            bucket: service.bucket.name, keys: names, options: options)
        page.part.count("deleted", names.count - left.count)
        page.failures += left.map { ($0.key, UndeletedObject(failure: $0)) }
    }
}

/// An object that S3 did not delete.
struct UndeletedObject: Error, CustomStringConvertible {
    var failure: S3DeleteFailure
    var description: String { "\(failure.code): \(failure.message)" }
}
