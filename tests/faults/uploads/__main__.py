"""``python -m tests.faults.uploads [START STOP]``: takes the uploads of the corpus and prints what came.

The answer is JSON: for each upload its name, whether it may run, what became of it and the seconds it took;
and how many megabytes the process grew by while it took them, the making of the corpus not counted.
"""

import json
import resource
import sys
import time

from engine import bpmn
from engine.bpmn.packages import read_uploads
from engine.errors import Refused
from tests.faults.uploads.corpus import corpus
from tests.faults.uploads.whole import BPMN, Upload


def take(upload: Upload) -> str:
    """What becomes of it: ``refused``, or the verdict."""
    try:
        files = read_uploads([(upload.path, upload.data)])
    except Refused:
        return "refused"
    verdict = bpmn.check(files)
    for finding in verdict.findings:
        json.dumps(finding.as_json())
    if verdict.runs:
        bpmn.executable(verdict.files)
        return "taken"
    return "refused" if verdict.verdict == bpmn.Answer.REFUSE else "asked"


def main(bounds: list[str]) -> None:
    uploads = corpus()[slice(*map(int, bounds))] if bounds else corpus()
    take(Upload("whole", "p.bpmn", BPMN))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results = []
    for upload in uploads:
        started = time.process_time()
        try:
            came = take(upload)
        except BaseException as error:
            came = f"crashed: {type(error).__name__}: {str(error)[:200]}"
        results.append([upload.name, upload.refused, came, time.process_time() - started])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    json.dump({"results": results, "megabytes": grown}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
