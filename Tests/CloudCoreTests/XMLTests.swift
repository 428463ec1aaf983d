import CloudCore
import Testing

@Suite struct XMLTests {
    @Test func aDocumentIsReadWithItsReferencesAndSections() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- first --><s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
            <Object kind='a&amp;b'><Key>a&lt;&#x1;&#252;<![CDATA[<raw>&]]></Key></Object><Quiet/></s3:Delete> <?end?>
            """
        let root = try XMLReader.parse(text.utf8)
        #expect(root.name == "Delete")
        #expect(root["Object"]?.text(of: "Key") == "a<\u{1}ü<raw>&")
        #expect(root["Object"]?.attributes == ["kind": "a&b"])
        #expect(root.children.map(\.name) == ["Object", "Quiet"])
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b></a>", "<a b=c></a>", "<a>&bomb;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>", "<a>&amp</a>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a><!DOCTYPE b></a>", "<a",
        "<a b=\"<\"/>", "<1/>", "<a>\u{2}</a>", "<a><![CDATA[</a>", "<!-- <a/>",
    ])
    func whatIsNoDocumentIsRefused(_ text: String) {
        #expect(throws: XMLSyntaxError.self) { try XMLReader.parse(text.utf8) }
    }

    @Test func depthAndNumberOfElementsAreBounded() {
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(throws: XMLSyntaxError.self) { try XMLReader.parse(deep.utf8) }
        let wide = "<a>" + String(repeating: "<b/>", count: XMLReader.elementLimit) + "</a>"
        #expect(throws: XMLSyntaxError.self) { try XMLReader.parse(wide.utf8) }
        #expect(throws: XMLSyntaxError.self) { try XMLReader.parse([0x3C, 0x61, 0xFF, 0x2F, 0x3E]) }
    }

    @Test func whatIsWrittenIsReadBackTheSame() throws {
        let text = "a<b>&\"c\"\r\n\t\u{1}\u{7F}é\u{1F600}"
        var writer = XMLWriter()
        writer.element("Root", namespace: "urn:x") { writer in
            writer.element("Key", text)
            writer.element("Size", 12)
            writer.element("Flag", true)
            writer.element("None", ifPresent: nil)
            writer.emptyElement("Empty")
            writer.element("Grantee", attributes: ["xsi:type": "a\"b"]) { $0.element("ID", "1") }
        }
        let root = try XMLReader.parse(writer.bytes)
        #expect(root.text(of: "Key") == text)
        #expect(root.text(of: "Size") == "12")
        #expect(root.text(of: "Flag") == "true")
        #expect(root["None"] == nil)
        #expect(root["Empty"] == XMLElement("Empty"))
        #expect(root["Grantee"]?.attributes == ["xsi:type": "a\"b"])
        #expect(root.attributes == ["xmlns": "urn:x"])
    }
}
