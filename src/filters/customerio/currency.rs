//! Where the signs of currencies stand, and what they are: a small part of the Unicode CLDR, release 48.

/// Where the sign of a currency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// `€1`
    Prefix,
    /// `€ 1`
    PrefixSpaced,
    /// `1 €`
    SuffixSpaced,
    /// `1€`
    Suffix,
}

/// Every currency with the sign it has at home, and the regions it is used in.
pub(super) static CURRENCIES: &[(&str, &str, &str)] = &[
    ("AED", "د.إ.", "AE"),
    ("AFN", "؋", "AF"),
    ("ALL", "Lekë", "AL"),
    ("AMD", "֏", "AM"),
    ("AOA", "Kz", "AO"),
    ("ARS", "$", "AR"),
    ("AUD", "$", "AU CC CX HM KI NF NR TV"),
    ("AWG", "Afl.", "AW"),
    ("AZN", "₼", "AZ"),
    ("BAM", "KM", "BA"),
    ("BBD", "$", "BB"),
    ("BDT", "৳", "BD"),
    ("BGN", "лв.", "BG"),
    ("BHD", "د.ب.", "BH"),
    ("BIF", "FBu", "BI"),
    ("BMD", "$", "BM"),
    ("BND", "$", "BN"),
    ("BOB", "Bs", "BO"),
    ("BRL", "R$", "BR"),
    ("BSD", "$", "BS"),
    ("BTN", "Nu.", "BT"),
    ("BWP", "P", "BW"),
    ("BYN", "Br", "BY"),
    ("BZD", "$", "BZ"),
    ("CAD", "$", "CA"),
    ("CDF", "FC", "CD"),
    ("CHF", "CHF", "CH LI"),
    ("CLP", "$", "CL"),
    ("CNY", "¥", "CN"),
    ("COP", "$", "CO"),
    ("CRC", "₡", "CR"),
    ("CUP", "$", "CU"),
    ("CVE", "\u{200b}", "CV"),
    ("CZK", "Kč", "CZ"),
    ("DJF", "Fdj", "DJ"),
    ("DKK", "kr.", "DK FO GL"),
    ("DOP", "RD$", "DO"),
    ("DZD", "د.ج.", "DZ"),
    ("EGP", "ج.م.", "EG"),
    ("ERN", "Nfk", "ER"),
    ("ETB", "ብር", "ET"),
    (
        "EUR",
        "€",
        "AD AT AX BE BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT",
    ),
    ("FJD", "$", "FJ"),
    ("FKP", "£", "FK"),
    ("GBP", "£", "GB GG GS IM JE"),
    ("GEL", "₾", "GE"),
    ("GHS", "GH₵", "GH"),
    ("GIP", "£", "GI"),
    ("GMD", "D", "GM"),
    ("GNF", "FG", "GN"),
    ("GTQ", "Q", "GT"),
    ("GYD", "$", "GY"),
    ("HKD", "HK$", "HK"),
    ("HNL", "L", "HN"),
    ("HTG", "HTG", "HT"),
    ("HUF", "Ft", "HU"),
    ("IDR", "Rp", "ID"),
    ("ILS", "₪", "IL PS"),
    ("INR", "₹", "IN"),
    ("IQD", "د.ع.", "IQ"),
    ("IRR", "ریال", "IR"),
    ("ISK", "kr.", "IS"),
    ("JMD", "$", "JM"),
    ("JOD", "د.أ.", "JO"),
    ("JPY", "￥", "JP"),
    ("KES", "Ksh", "KE"),
    ("KGS", "сом", "KG"),
    ("KHR", "៛", "KH"),
    ("KMF", "CF", "KM"),
    ("KPW", "KPW", "KP"),
    ("KRW", "₩", "KR"),
    ("KWD", "د.ك.", "KW"),
    ("KYD", "$", "KY"),
    ("KZT", "₸", "KZ"),
    ("LAK", "₭", "LA"),
    ("LBP", "ل.ل.", "LB"),
    ("LKR", "රු.", "LK"),
    ("LRD", "$", "LR"),
    ("LSL", "M", "LS"),
    ("LYD", "د.ل.", "LY"),
    ("MAD", "د.م.", "EH MA"),
    ("MDL", "L", "MD"),
    ("MGA", "Ar", "MG"),
    ("MKD", "ден.", "MK"),
    ("MMK", "K", "MM"),
    ("MNT", "₮", "MN"),
    ("MOP", "MOP$", "MO"),
    ("MRU", "أ.م.", "MR"),
    ("MUR", "Rs", "MU"),
    ("MVR", "MVR", "MV"),
    ("MWK", "MK", "MW"),
    ("MXN", "$", "MX"),
    ("MYR", "RM", "MY"),
    ("MZN", "MTn", "MZ"),
    ("NAD", "$", "NA"),
    ("NGN", "₦", "NG"),
    ("NIO", "C$", "NI"),
    ("NOK", "kr", "BV NO SJ"),
    ("NPR", "नेरू", "NP"),
    ("NZD", "$", "CK NU NZ PN TK"),
    ("OMR", "ر.ع.", "OM"),
    ("PAB", "B/.", "PA"),
    ("PEN", "S/", "PE"),
    ("PGK", "PGK", "PG"),
    ("PHP", "₱", "PH"),
    ("PKR", "Rs", "PK"),
    ("PLN", "zł", "PL"),
    ("PYG", "PYG", "PY"),
    ("QAR", "ر.ق.", "QA"),
    ("RON", "RON", "RO"),
    ("RSD", "RSD", "RS"),
    ("RUB", "₽", "RU"),
    ("RWF", "RF", "RW"),
    ("SAR", "ر.س.", "SA"),
    ("SBD", "$", "SB"),
    ("SCR", "SR", "SC"),
    ("SDG", "ج.س.", "SD"),
    ("SEK", "kr", "SE"),
    ("SGD", "$", "SG"),
    ("SHP", "£", "SH"),
    ("SLE", "Le", "SL"),
    ("SOS", "S", "SO"),
    ("SRD", "$", "SR"),
    ("SSP", "£", "SS"),
    ("STN", "Db", "ST"),
    ("SYP", "ل.س.", "SY"),
    ("SZL", "E", "SZ"),
    ("THB", "฿", "TH"),
    ("TJS", "сом.", "TJ"),
    ("TMT", "TMT", "TM"),
    ("TND", "د.ت.", "TN"),
    ("TOP", "T$", "TO"),
    ("TRY", "₺", "TR"),
    ("TTD", "$", "TT"),
    ("TWD", "$", "TW"),
    ("TZS", "TSh", "TZ"),
    ("UAH", "₴", "UA"),
    ("UGX", "USh", "UG"),
    ("USD", "$", "AS BQ EC FM GU IO MH MP PR PW SV TC TL UM US VG VI"),
    ("UYU", "$", "UY"),
    ("UZS", "soʻm", "UZ"),
    ("VES", "Bs.S", "VE"),
    ("VND", "₫", "VN"),
    ("VUV", "VUV", "VU"),
    ("WST", "WST", "WS"),
    ("XAF", "FCFA", "CF CG CM GA GQ TD"),
    ("XCD", "$", "AG AI DM GD KN LC MS VC"),
    ("XCG", "Cg.", "CW SX"),
    ("XOF", "F\u{202f}CFA", "BF BJ CI GW ML NE SN TG"),
    ("XPF", "FCFP", "NC PF WF"),
    ("YER", "ر.ي.", "YE"),
    ("ZAR", "R", "ZA"),
    ("ZMW", "K", "ZM"),
    ("ZWG", "ZWG", "ZW"),
];

/// The languages by where their numbers have the sign, each with the region that it is most spoken in.
pub(super) static LANGUAGES: &[(Position, &str)] = &[
    (
        Position::Prefix,
        "af-ZA ak-GH am-ET bem-ZM bho-IN bm-ML ceb-PH cgg-UG chr-US cy-GB dav-KE doi-IN dz-BT ebu-KE \
         ee-GH en-US fa-IR fil-PH ga-IE gd-GB gu-IN guz-KE gv-IM haw-US hi-IN id-ID ig-NG ja-JP jmc-TZ \
         kam-KE kde-TZ ki-KE kl-GL kln-KE kn-IN ko-KR kok-IN ks-IN kw-GB kxv-IN lo-LA luy-KE mas-KE \
         mer-KE ml-IN mr-IN ms-MY mt-MT mua-CM naq-NA nd-ZW nus-SS nyn-UG om-ET or-IN pa-IN pcm-NG rm-CH \
         rof-TZ sa-IN saq-KE sg-CF si-LK sn-ZW so-SO st-ZA su-ID ta-IN te-IN teo-UG th-TH ti-ET tn-ZA \
         tok-001 tr-TR ug-CN ur-PK vai-LR vun-TZ xh-ZA xnr-IN yo-NG yue-HK zh-CN zu-ZA",
    ),
    (
        Position::PrefixSpaced,
        "as-IN bgc-IN blo-BJ bo-CN brx-IN csw-CA fur-IT fy-NL gaa-GH ha-NG ia-001 ie-EE ii-CN jgo-CM \
         jv-ID kgp-BR kkj-CM lmo-IT lrc-IR mai-IN mfe-MU mg-MG mgh-MZ mi-NZ mn-MN mni-IN mzn-IR ne-NP \
         nl-NL nnh-CM nqo-GN nso-ZA os-GE ps-AF pt-BR qu-PE raj-IN rw-RW sat-IN scn-IT shn-MM sw-TZ \
         syr-IQ to-TO tyv-RU wae-CH wo-SN yi-UA yrl-BR",
    ),
    (
        Position::SuffixSpaced,
        "ar-EG ars-SA asa-TZ ast-ES az-AZ ba-RU bas-CM be-BY bg-BG br-FR bs-BA bua-RU ca-ES ce-RU ckb-IQ \
         cs-CZ cv-RU da-DK de-DE dsb-DE dua-CM dyo-SN el-GR eo-001 es-ES et-EE eu-ES ewo-CM ff-SN fi-FI \
         fo-FO fr-FR gl-ES gsw-CH he-IL hr-HR hsb-DE hu-HU hy-AM is-IS it-IT ka-GE kea-CV kk-KZ ksf-CM \
         ksh-DE ku-TR ky-KG lb-LU lij-IT ln-CD lt-LT lv-LV mk-MK my-MM nb-NO nds-DE nmg-CM nn-NO no-NO \
         pl-PL pms-IT prg-PL ro-RO ru-RU sah-RU sc-IT sd-PK se-NO sk-SK sl-SI smn-FI sq-AL sr-RS sv-SE \
         szl-PL tg-TJ tk-TM tt-RU tzm-MA uk-UA uz-UZ vec-IT vi-VN vmw-MZ xog-UG yav-CM",
    ),
    (
        Position::Suffix,
        "agq-CM bez-TZ bn-BD ccp-BD dje-NE kab-DZ khq-ML km-KH ksb-TZ lg-UG lu-CD luo-KE oc-FR rn-BI \
         rwk-TZ sbp-TZ seh-MZ ses-ML shi-MA twq-NE zgh-MA",
    ),
];

/// The locales that put the sign elsewhere than their language does.
pub(super) static LOCALES: &[(Position, &str)] = &[
    (
        Position::Prefix,
        "bn-IN es-EC es-PR es-SV es-US es-GQ es-BO es-BR es-BZ es-CL es-CR es-CU es-DO es-GT es-HN es-MX \
         es-NI es-PA es-VE",
    ),
    (
        Position::PrefixSpaced,
        "de-AT de-CH de-LI en-AT en-MV es-AR es-CO es-PE es-PY es-UY fa-AF it-CH kk-CN ku-IQ ms-BN pa-PK \
         sd-IN ta-MY ta-SG uz-AF",
    ),
    (Position::SuffixSpaced, "pt-LU pt-PT pt-TL pt-GW pt-GQ pt-CH pt-AO pt-CV pt-MO pt-MZ pt-ST"),
];

/// The signs of foreign currencies in English; those not listed have their code.
pub(super) static FOREIGN: &str = "AUD A$ BRL R$ CAD CA$ CNY CN¥ EUR € GBP £ HKD HK$ ILS ₪ INR ₹ JPY ¥ KRW ₩ MXN MX$ NZD NZ$ PHP ₱ TWD NT$ USD $ VND ₫ XAF FCFA XCD EC$ XCG Cg. XOF F\u{202f}CFA XPF CFPF";

/// Where a language writes another sign than English.
pub(super) static SIGNS: &[(&str, &str)] = &[
    ("af", "USD USD JPY JP¥ CAD CAD MXN MXN THB ฿ PHP PHP"),
    ("ar", "USD US$ GBP UK£ JPY JP¥ AUD AU$ THB ฿ PHP PHP"),
    ("az", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("be", "BRL BRL CAD CAD NZD NZD PHP PHP"),
    (
        "bg",
        "USD щ.д. GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("bn", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("bs", "USD USD GBP GBP CNY CNY BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD ILS ILS THB ฿ PHP PHP"),
    ("ca", "USD USD CNY CNY BRL BRL CAD CAD AUD AU$ MXN MXN THB ฿ PHP PHP"),
    ("cs", "USD US$ JPY JP¥ INR INR AUD AU$ ILS ILS VND VND PHP PHP"),
    ("cy", "USD US$ JPY JP¥ KRW KRW THB ฿ PHP PHP"),
    ("da", "USD US$ JPY JP¥ AUD AU$ THB ฿ PHP PHP"),
    ("de", "AUD AU$ THB ฿ PHP PHP"),
    ("el", "JPY JP¥ THB ฿ PHP PHP"),
    (
        "es",
        "USD US$ GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS THB ฿ PHP PHP",
    ),
    ("et", "AUD AU$ THB ฿ PHP PHP"),
    ("eu", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("fa", "CNY ¥CN CAD $CA NZD $NZ MXN $MX HKD $HK THB ฿ PHP PHP"),
    (
        "fi",
        "CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("fil", "THB ฿"),
    ("fr", "USD $US GBP £GB JPY JPY CNY CNY CAD $CA AUD $AU NZD $NZ MXN $MX HKD HKD TWD TWD PHP PHP"),
    ("ga", "THB ฿"),
    ("gl", "JPY JP¥ MXN $MX THB ฿ PHP PHP"),
    ("gu", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("he", "THB ฿ PHP PHP"),
    ("hi", "JPY JP¥ THB ฿ PHP PHP"),
    (
        "hr",
        "USD USD GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    (
        "hu",
        "USD USD EUR EUR GBP GBP CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("hy", "JPY JP¥ THB ฿ PHP PHP"),
    ("id", "USD US$ JPY JP¥ INR Rs AUD AU$ THB ฿ PHP PHP"),
    (
        "is",
        "USD USD EUR EUR GBP GBP JPY JP¥ INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN TWD TWD VND VND PHP PHP",
    ),
    ("it", "USD USD JPY JPY INR INR KRW KRW BRL BRL MXN MXN HKD HKD TWD TWD VND VND THB ฿"),
    ("ja", "JPY ￥ CNY 元 PHP PHP"),
    ("ka", "USD US$ JPY JPY CNY CNY INR INR KRW KRW AUD AUD NZD NZD HKD HKD ILS ILS VND VND PHP PHP"),
    ("kk", "JPY JP¥ THB ฿ PHP PHP"),
    ("km", "JPY JP¥ THB ฿ PHP PHP"),
    ("kn", "JPY JP¥ THB ฿ PHP PHP"),
    ("ko", "USD US$ JPY JP¥ AUD AU$ PHP PHP"),
    ("lo", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    (
        "lt",
        "USD USD GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("lv", "AUD AU$ THB ฿ PHP PHP"),
    ("mg", "USD US$ JPY JP¥"),
    (
        "mk",
        "USD US$ GBP GBP JPY JPY CNY CNY INR INR KRW KRW AUD AUD NZD NZD HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("ml", "THB ฿ PHP PHP"),
    ("mn", "JPY JP¥ THB ฿ PHP PHP"),
    ("mr", "JPY JP¥ THB ฿ PHP PHP"),
    ("ms", "USD USD JPY JP¥ CAD CAD MXN MXN PHP PHP"),
    ("mt", "USD US$ JPY JP¥ PHP PHP"),
    ("my", "USD US$ JPY JP¥ THB ฿"),
    (
        "nb",
        "USD USD JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("ne", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("nl", "USD US$ JPY JP¥ CAD C$ AUD AU$ THB ฿ PHP PHP"),
    (
        "nn",
        "USD USD GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    (
        "no",
        "USD USD JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("pa", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    (
        "pl",
        "USD USD GBP GBP JPY JPY CNY CNY INR INR KRW KRW CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("ps", "JPY JP¥"),
    ("pt", "USD US$ JPY JP¥ AUD AU$ THB ฿ PHP PHP"),
    (
        "ro",
        "USD USD EUR EUR GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("ru", "THB ฿ PHP PHP"),
    ("si", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    (
        "sk",
        "USD USD GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD HKD HKD TWD TWD ILS NIS VND VND PHP PHP",
    ),
    ("sl", "GBP GBP BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN TWD TWD PHP PHP"),
    ("sq", "USD US$ JPY JP¥ BRL BRL THB ฿ PHP PHP"),
    ("sr", "USD US$ KRW KRW AUD AUD NZD NZD VND VND PHP PHP"),
    (
        "sv",
        "USD US$ GBP GBP JPY JPY CNY CNY INR INR KRW KRW BRL BR$ AUD AUD NZD NZD HKD HKD TWD TWD VND VND PHP PHP",
    ),
    ("sw", "USD US$ JPY JP¥ THB ฿ PHP PHP"),
    ("ta", "THB ฿ PHP PHP"),
    ("te", "JPY JP¥ THB ฿ PHP PHP"),
    ("th", "USD US$ AUD AU$ THB ฿ PHP PHP"),
    ("tr", "AUD AU$ THB ฿ PHP PHP"),
    (
        "uk",
        "USD USD EUR EUR GBP GBP CNY CNY INR INR KRW KRW BRL BRL CAD CAD AUD AUD NZD NZD MXN MXN HKD HKD TWD TWD ILS ILS VND VND PHP PHP",
    ),
    ("ur", "JPY JP¥ THB ฿ PHP PHP"),
    ("uz", "USD US$ JPY JP¥ PHP PHP"),
    ("vi", "USD US$ AUD AU$ THB ฿ PHP PHP"),
    ("zh", "USD US$ JPY JP¥ CNY ¥ AUD AU$ PHP PHP"),
    ("zu", "JPY JP¥ THB ฿ PHP PHP"),
];

/// The currencies without a smaller unit.
pub(super) static WHOLE: &str = "AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL \
     SOS SYP UGX VND VUV XAF XOF XPF YER";

/// The currencies of a thousand smaller units.
pub(super) static THOUSANDTHS: &str = "BHD JOD KWD LYD OMR TND";

/// The locales that write the minus between the sign of the currency and the number.
pub(super) static MINUS_INSIDE: &[&str] = &["nl", "de-CH", "it-CH", "es-CL", "es-EC", "es-PY", "es-VE"];
