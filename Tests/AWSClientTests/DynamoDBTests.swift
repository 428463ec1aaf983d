import JSONValue
import Testing

@testable import AWSClient

@Suite(.timeLimit(.minutes(1))) struct DynamoDBTests {
    private func with(
        _ answers: String..., status: Int = 200, headers: [String: String] = [:],
        _ body: (DynamoDBClient, FakeServer) async throws -> Void
    ) async throws {
        try await FakeServer.with {
            [.answer(status, headers, answers[min($0.number, answers.count) - 1])]
        } _: {
            try await body(TestClient(port: $0.port).dynamoDB, $0)
        }
    }

    private func sent(_ server: FakeServer, _ number: Int = 0) throws -> String {
        String(decoding: try #require(server.requests.dropFirst(number).first).body, as: UTF8.self)
    }

    @Test func everyTypeComesBack() throws {
        let item: Item = [
            "s": "text", "n": .number("12345678901234567890123456789012345678"), "b": .binary([0, 255]), "t": true,
            "z": nil, "l": ["a", 1, [false]], "m": ["x": ["y": 2.5]], "ss": .stringSet(["a", "b"]),
            "ns": .numberSet(["1", "2.50"]), "bs": .binarySet([[1], []]),
        ]
        let json = JSONValue(item: item)
        #expect(
            json.text() == """
                {"b":{"B":"AP8="},"bs":{"BS":["AQ==",""]},"l":{"L":[{"S":"a"},{"N":"1"},{"L":[{"BOOL":false}]}]},\
                "m":{"M":{"x":{"M":{"y":{"N":"2.5"}}}}},"n":{"N":"12345678901234567890123456789012345678"},\
                "ns":{"NS":["1","2.50"]},"s":{"S":"text"},"ss":{"SS":["a","b"]},"t":{"BOOL":true},"z":{"NULL":true}}
                """)
        #expect(Item(json: try JSONValue(parsing: json.encoded())) == item)
        #expect(item["m"]?["x"]?["y"]?.double == 2.5)
        #expect(AttributeValue.number("3e2").int == 300)
    }

    @Test(arguments: [
        "{}", "{\"S\":1}", "{\"S\":\"a\",\"N\":\"1\"}", "{\"X\":\"a\"}", "\"a\"", "{\"B\":\"!\"}", "{\"L\":[1]}",
        "{\"M\":{\"a\":1}}", "{\"SS\":[1]}",
    ])
    func whatIsNoValueIsNone(_ text: String) throws {
        #expect(AttributeValue(json: try JSONValue(parsing: text)) == nil)
    }

    @Test func writesWithExpressions() async throws {
        try await with("{\"Attributes\":{\"n\":{\"N\":\"2\"}}}") { dynamoDB, server in
            let changed = try await dynamoDB.updateItem(
                table: "t", key: ["k": "v"], update: "SET #n = :n", condition: "#n = :old", names: ["#n": "n"],
                values: [":n": 2, ":old": 1], returning: .allNew, returningConflict: true)
            #expect(changed == ["n": 2])
            #expect(
                try sent(server) == """
                    {"TableName":"t","Key":{"k":{"S":"v"}},"UpdateExpression":"SET #n = :n",\
                    "ConditionExpression":"#n = :old","ExpressionAttributeNames":{"#n":"n"},\
                    "ExpressionAttributeValues":{":n":{"N":"2"},":old":{"N":"1"}},"ReturnValues":"ALL_NEW",\
                    "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
                    """)
        }
    }

    @Test func aConditionThatDoesNotHoldIsEasyToSee() async throws {
        let body = """
            {"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",\
            "message":"The conditional request failed","Item":{"k":{"S":"old"}}}
            """
        try await with(body, status: 400) { dynamoDB, server in
            do {
                try await dynamoDB.putItem(table: "t", item: ["k": "v"], condition: "attribute_not_exists(k)")
                Issue.record("no error")
            } catch AWSError.Code.conditionalCheckFailed {
            } catch { Issue.record(error) }
            let error = await #expect(throws: AWSError.self) {
                try await dynamoDB.deleteItem(table: "t", key: ["k": "v"], condition: "a = b")
            }
            #expect(error?.conflictingItem == ["k": "old"])
            #expect(error?.isRetryable == false)
            #expect(server.requests.count == 2)
        }
    }

    @Test func queriesPageAfterPage() async throws {
        try await with(
            "{\"Items\":[{\"k\":{\"S\":\"a\"}}],\"Count\":1,\"ScannedCount\":5,\"LastEvaluatedKey\":{\"k\":{\"S\":\"a\"}}}",
            "{\"Items\":[],\"Count\":0,\"ScannedCount\":0,\"LastEvaluatedKey\":{\"k\":{\"S\":\"b\"}}}",
            "{\"Items\":[{\"k\":{\"S\":\"c\"}}],\"Count\":1,\"ScannedCount\":1}"
        ) { dynamoDB, server in
            let selection = DynamoDBSelection(
                table: "t", index: "i", keyCondition: "u = :u", values: [":u": "1"], isDescending: true, pageLimit: 5)
            let items = try await dynamoDB.items(selection).collect()
            #expect(items == [["k": "a"], ["k": "c"]])
            #expect(server.requests.map { $0["x-amz-target"] } == Array(repeating: "DynamoDB_20120810.Query", count: 3))
            #expect(
                try sent(server, 1) == """
                    {"TableName":"t","IndexName":"i","KeyConditionExpression":"u = :u",\
                    "ExpressionAttributeValues":{":u":{"S":"1"}},"ScanIndexForward":false,"Limit":5,\
                    "ExclusiveStartKey":{"k":{"S":"a"}}}
                    """)
        }
    }

    @Test func scansInShares() async throws {
        try await with("{\"Count\":7,\"ScannedCount\":9}") { dynamoDB, server in
            var selection = DynamoDBSelection(table: "t", filter: "a = b")
            selection.segment = (1, of: 4)
            let page = try await dynamoDB.page(selection, countOnly: true)
            #expect(page.count == 7)
            #expect(page.scannedCount == 9)
            #expect(
                try sent(server)
                    == "{\"TableName\":\"t\",\"FilterExpression\":\"a = b\",\"Segment\":1,\"TotalSegments\":4,\"Select\":\"COUNT\"}"
            )
        }
    }

    @Test func whatABatchLeavesOutIsHandedInAgain() async throws {
        try await with(
            "{\"UnprocessedItems\":{\"t\":[{\"DeleteRequest\":{\"Key\":{\"k\":{\"S\":\"b\"}}}}]}}",
            "{\"UnprocessedItems\":{}}"
        ) { dynamoDB, server in
            try await dynamoDB.batchWriteItem(table: "t", [.put(["k": "a"]), .delete(key: ["k": "b"])])
            #expect(server.requests.count == 2)
            #expect(
                try sent(server, 1)
                    == "{\"RequestItems\":{\"t\":[{\"DeleteRequest\":{\"Key\":{\"k\":{\"S\":\"b\"}}}}]}}")
        }
        try await with("{\"UnprocessedItems\":{\"t\":[1]}}") { dynamoDB, server in
            await #expect { try await dynamoDB.batchWriteItem(table: "t", [.put(["k": "a"])]) } throws: {
                ($0 as? AWSError)?.code == .provisionedThroughputExceeded
            }
            #expect(server.requests.count == 8)
        }
    }

    @Test func readsManyInBatchesOfAHundred() async throws {
        try await with("{\"Responses\":{\"t\":[{\"k\":{\"S\":\"a\"}}]},\"UnprocessedKeys\":{}}") { dynamoDB, server in
            let keys: [Item] = (0..<101).map { ["k": .number($0)] }
            let items = try await dynamoDB.batchGetItem(table: "t", keys: keys)
            #expect(items.count == 2)
            #expect(server.requests.count == 2)
        }
    }

    @Test func transactionsCarryOneToken() async throws {
        try await FakeServer.with {
            [$0.number == 1 ? .answer(500) : .answer(200, [:], "{}")]
        } _: { server in
            try await TestClient(port: server.port).dynamoDB.transactWriteItems([
                .put(table: "t", item: ["k": "v"], condition: "attribute_not_exists(k)"),
                .check(table: "t", key: ["k": "w"], condition: "attribute_exists(k)"),
                .update(table: "t", key: ["k": "x"], update: "ADD n :n", values: [":n": 1]),
                .delete(table: "t", key: ["k": "y"]),
            ])
            #expect(server.requests.count == 2)
            #expect(server.requests[0].body == server.requests[1].body)
            #expect(try sent(server).contains("\"ClientRequestToken\":\"00000000-0000-4000-8000-000000000000\""))
        }
    }

    @Test func aCancelledTransactionSaysWhy() async throws {
        let body = """
            {"__type":"x#TransactionCanceledException","Message":"m","CancellationReasons":[{"Code":"None"},\
            {"Code":"ConditionalCheckFailed","Message":"c","Item":{"k":{"S":"v"}}}]}
            """
        try await with(body, status: 400) { dynamoDB, _ in
            let error = await #expect(throws: AWSError.self) { try await dynamoDB.transactWriteItems([]) }
            #expect(error?.code == .transactionCanceled)
            #expect(error?.cancellationReasons.map(\.code) == ["None", "ConditionalCheckFailed"])
            #expect(error?.cancellationReasons.last?.item == ["k": "v"])
        }
    }

    @Test func transactionsReadInOrder() async throws {
        try await with("{\"Responses\":[{\"Item\":{\"k\":{\"S\":\"a\"}}},{}]}") { dynamoDB, _ in
            let items = try await dynamoDB.transactGetItems([
                DynamoDBTransactGet(table: "t", key: ["k": "a"]), DynamoDBTransactGet(table: "t", key: ["k": "b"]),
            ])
            #expect(items == [["k": "a"], nil])
        }
    }

    @Test func anAnswerThatCameBrokenIsAskedForAgain() async throws {
        // The CRC-32 of "{}" is 2745614147.
        try await FakeServer.with {
            [.answer(200, ["x-amz-crc32": $0.number == 1 ? "1" : "2745614147"], "{}")]
        } _: { server in
            _ = try await TestClient(port: server.port).dynamoDB.getItem(table: "t", key: [:])
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: ["", "[", "nonsense", "{\"Item\":{\"a\":{\"S\":1}}}"])
    func anAnswerThatCannotBeReadIsAnError(_ body: String) async throws {
        try await with(body) { dynamoDB, _ in
            await #expect { try await dynamoDB.getItem(table: "t", key: [:]) } throws: {
                ($0 as? TransportError)?.kind == .incompleteAnswer
            }
        }
    }
}
