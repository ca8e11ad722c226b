import java.io.File;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/** Prints how much of PDF/A-3a and PDF/UA-1 was checked in each file, and each rule it breaks. */
public class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files)
            for (var standard : List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1))
                try (var parser = Foundries.defaultInstance().createParser(new File(file), standard);
                     var validator = Foundries.defaultInstance().createValidator(standard, false)) {
                    var result = validator.validate(parser);
                    System.out.printf("%s\t%s\tchecked\t%d%n", file, standard, result.getTotalAssertions());
                    for (var broken : result.getTestAssertions())
                        System.out.printf("%s\t%s\t%s\t%s%n", file, standard, broken.getRuleId().getClause(),
                            broken.getMessage().replaceAll("\\s+", " "));
                }
    }
}
