// Judges PDF files by veraPDF, the validator of the PDF Association: Vera.java PROFILES FILE…
// One line a file and profile: PASS or FAIL, the profile, how many checks ran, the file, and the rules that were broken.
// A profile that cannot be loaded is an ERR line, never a PASS.
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Vera {
  public static void main(String[] words) {
    VeraGreenfieldFoundryProvider.initialise();
    for (int i = 1; i < words.length; i++) {
      for (String profile : words[0].split(",")) {
        System.out.println(judge(words[i], profile));
      }
    }
  }

  static String judge(String file, String profile) {
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(profile);
    try (InputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      Map<String, String> broken = new TreeMap<>();
      for (TestAssertion each : result.getTestAssertions()) {
        if (each.getStatus() == TestAssertion.Status.FAILED) {
          broken.put(each.getRuleId().getClause() + "-t" + each.getRuleId().getTestNumber(), each.getMessage());
        }
      }
      String verdict = result.isCompliant() ? "PASS" : "FAIL";
      return String.join("\t", verdict, profile, String.valueOf(result.getTotalAssertions()), file, broken.toString());
    } catch (Throwable accident) {
      return String.join("\t", "ERR", profile, "0", file, accident.toString());
    }
  }
}
