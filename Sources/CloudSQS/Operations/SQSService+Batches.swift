import CloudCore
import JSONValue

/// What the batch operations have in common.
extension SQSService {
    /// The entries of a batch, checked as a whole.
    ///
    /// - Throws: `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`, `BatchEntryIdsNotDistinct`.
    func batchEntries(
        _ input: SQSInput, of operation: String
    ) throws(ServiceError) -> [(id: String, members: JSONObject)] {
        let list = input.members["Entries"].flatMap { $0.isNull ? nil : $0 } ?? []
        guard case .array(let elements) = list else { throw SQSInput.wrongType("Entries", "a list", list) }
        guard !elements.isEmpty else {
            throw .sqs(
                .emptyBatchRequest, "There should be at least one \(operation)RequestEntry in the request.")
        }
        guard elements.count <= Self.batchLimit else {
            throw .sqs(
                .tooManyEntriesInBatchRequest,
                "Maximum number of entries per request are \(Self.batchLimit). You have sent \(elements.count).")
        }
        var entries: [(id: String, members: JSONObject)] = []
        for element in elements {
            guard case .object(let members) = element else {
                throw SQSInput.wrongType("Entries", "a list of structures", element)
            }
            guard let id = try SQSInput.text("Id", in: members), MessageText.isEntryID(id) else {
                throw .sqs(
                    .invalidBatchEntryId,
                    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
                        + "most 80 letters long.")
            }
            guard !entries.contains(where: { $0.id == id }) else {
                throw .sqs(.batchEntryIdsNotDistinct, "Id \(id) repeated.")
            }
            entries.append((id, members))
        }
        return entries
    }

    /// What is told of an entry that failed.
    static func failure(_ id: String, _ error: ServiceError) -> JSONValue {
        [
            "Id": .string(id), "SenderFault": .bool(error.isSenderFault),
            "Code": .string(error.queryCode ?? error.code), "Message": .string(error.message),
        ]
    }

    /// The output of a batch whose entries succeed with nothing to tell.
    static func batchOutput(_ outcomes: [(id: String, error: ServiceError?)]) -> JSONObject {
        [
            "Successful": .array(outcomes.filter { $0.error == nil }.map { ["Id": .string($0.id)] }),
            "Failed": .array(outcomes.compactMap { id, error in error.map { failure(id, $0) } }),
        ]
    }
}
