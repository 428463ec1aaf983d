"""IAM, as far as the picture service needs it: what a call to AWS requires, and whether a policy allows it."""

import fnmatch
import json
import re
import urllib.parse
from xml.etree import ElementTree

ACCOUNT, REGION = "000000000000", "us-east-1"
# What an item of TransactWriteItems requires (Service Authorization Reference).
TRANSACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def table(name, index=None):
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}" + (f"/index/{index}" if index else "")


def dynamodb(operation, body):
    if operation == "TransactWriteItems":
        for item in body["TransactItems"]:
            ((kind, part),) = item.items()
            yield TRANSACTIONS[kind], table(part["TableName"])
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in body["RequestItems"]:
            yield operation, table(name)
    elif operation == "ListBackups":
        yield operation, "*"
    elif operation == "RestoreTableFromBackup":
        yield operation, body["BackupArn"]
        target = table(body["TargetTableName"])
        for action in (operation, "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"):
            yield action, target
    elif "BackupArn" in body:
        yield operation, body["BackupArn"]
    else:
        yield operation, table(body["TableName"], body.get("IndexName"))


def s3(method, address, headers, body):
    query = urllib.parse.parse_qs(address.query, keep_blank_values=True)
    bucket, _, key = urllib.parse.unquote(address.path).lstrip("/").partition("/")
    bucket = "arn:aws:s3:::" + bucket
    if not key:
        if method == "POST" and "delete" in query:
            for found in ElementTree.fromstring(body).iter():
                if found.tag.endswith("Key"):
                    yield "DeleteObject", f"{bucket}/{found.text}"
        elif "uploads" in query:
            yield "ListBucketMultipartUploads", bucket
        else:
            yield "ListBucket", bucket
        return
    if source := headers.get("x-amz-copy-source"):
        yield "GetObject", "arn:aws:s3:::" + urllib.parse.unquote(source).lstrip("/")
    actions = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "POST": "PutObject", "DELETE": "DeleteObject"}
    yield "AbortMultipartUpload" if method == "DELETE" and "uploadId" in query else actions[method], f"{bucket}/{key}"


def required(method, path, headers, body):
    """The actions that a call requires, with the ARN of what each is done to."""
    headers = {name.lower(): value for name, value in headers.items()}
    service, _, operation = headers.get("x-amz-target", "").partition(".")
    if service.startswith("DynamoDB"):
        return [("dynamodb:" + action, arn) for action, arn in dynamodb(operation, json.loads(body))]
    if service == "AmazonSQS":
        queue = json.loads(body)["QueueUrl"].rsplit("/", 1)[1]
        return [("sqs:" + operation, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")]
    if service == "RekognitionService":
        image = json.loads(body)["Image"].get("S3Object")
        # Rekognition reads the object in the caller's name.
        reads = [("s3:GetObject", f"arn:aws:s3:::{image['Bucket']}/{image['Name']}")] if image else []
        return [("rekognition:" + operation, "*"), *reads]
    assert not service, f"which action does {service}.{operation} require?"
    return [("s3:" + action, arn) for action, arn in s3(method, urllib.parse.urlsplit(path), headers, body)]


class Grants:
    """The policies of one function in a template, with their ARNs as they are in this account."""

    def __init__(self, template, properties):
        self.template = template
        self.allowed = [
            (action, self._arn(resource))
            for policy in properties.get("Policies", []) for statement in policy["Statement"]
            for action in listed(statement["Action"]) for resource in listed(statement["Resource"])]

    def matching(self, action, arn):
        return {grant for grant in self.allowed if grant[0] == action and fnmatch.fnmatchcase(arn, grant[1])}

    def _arn(self, value):
        if isinstance(value, str):
            return value
        if "Fn::GetAtt" in value:
            return self._made(value["Fn::GetAtt"][0])
        return re.sub(r"\$\{([^}]+)\}", lambda found: self._variable(found[1]), value["Fn::Sub"])

    def _variable(self, name):
        if name.endswith(".Arn"):
            return self._made(name.removesuffix(".Arn"))
        pseudo = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": REGION}
        return pseudo[name] if name in pseudo else self.template["Parameters"][name]["Default"]

    def _made(self, name):
        resource = self.template["Resources"][name]
        if resource["Type"] == "AWS::DynamoDB::Table":
            return table(self._arn(resource["Properties"]["TableName"]))
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self._arn(resource['Properties']['QueueName'])}"


def listed(value):
    return value if isinstance(value, list) else [value]
