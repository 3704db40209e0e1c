// One sentence for each check, and the count at the end.

export class Report {
  passed = 0;
  failed = 0;

  /** Says a sentence and whether it held; `detail` explains a failure. */
  check(sentence, held, detail = '') {
    if (held) {
      this.passed += 1;
      console.log(`ok      ${sentence}`);
    } else {
      this.failed += 1;
      console.log(`FAILED  ${sentence}`);
      if (detail) console.log(String(detail).replace(/^/gm, '        '));
    }
    return held;
  }

  /** Runs something that throws when it does not hold. */
  async attempt(sentence, act) {
    try {
      const result = await act();
      this.check(sentence, true);
      return result;
    } catch (error) {
      this.check(sentence, false, error?.stack ?? error);
      return undefined;
    }
  }
}
