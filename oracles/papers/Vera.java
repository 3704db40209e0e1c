import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.*; import org.verapdf.pdfa.flavours.PDFAFlavour; import org.verapdf.pdfa.results.*;
import java.io.*; import java.util.*;
public class Vera {
  public static void main(String[] a) throws Exception {
    VeraGreenfieldFoundryProvider.initialise(); int bad = 0;
    for (int i = 1; i < a.length; i++) for (String f : a[0].split(",")) {
      PDFAFlavour fl = PDFAFlavour.byFlavourId(f);
      try (InputStream in = new FileInputStream(a[i]); PDFAParser p = Foundries.defaultInstance().createParser(in, fl);
           PDFAValidator v = Foundries.defaultInstance().createValidator(fl, false)) {
        ValidationResult r = v.validate(p); Map<String,String> m = new TreeMap<>();
        for (TestAssertion t : r.getTestAssertions()) if (t.getStatus() == TestAssertion.Status.FAILED)
          m.put(t.getRuleId().getClause() + "-t" + t.getRuleId().getTestNumber(), t.getMessage());
        System.out.println((r.isCompliant() ? "PASS " : "FAIL ") + f + " " + r.getTotalAssertions() + " checks " + a[i] + " " + m);
        if (!r.isCompliant()) bad++;
      } catch (Throwable e) { System.out.println("ERR " + f + " " + a[i] + " " + e); bad++; }
    }
    System.exit(bad == 0 ? 0 : 1);
  }
}
