"""What is counted and measured in a cell's meetings, and how minutes write the units."""

from __future__ import annotations

from transcription.text.tokens import word_set

UNITS_WRITTEN = {
    "mét vuông": "m²", "mét khối": "m³", "mét dài": "m dài", "mét": "m", "ki lô mét": "km", "ki-lô-mét": "km",
    "ki lô mét vuông": "km²", "ki - lô - mét": "km", "kilômét": "km", "cây số": "km", "cây": "km", "héc ta": "ha",
    "héc - ta": "ha", "hecta": "ha", "ha": "ha", "xăng ti mét": "cm", "xăng - ti - mét": "cm", "phân vuông": "cm²",
    "mi li mét": "mm", "ki lô gam": "kg", "ki - lô - gam": "kg", "ki lô": "kg", "kí lô": "kg", "cân": "kg",
    "ký": "kg", "kí": "kg", "lít": "lít", "tấn": "tấn", "tạ": "tạ", "yến": "yến", "sào": "sào", "mẫu": "mẫu",
    "thước": "thước", "lạng": "lạng", "phân": "cm",
    "công": "công", "gam": "g", "ki lô oát giờ": "kWh", "ki lô oát": "kW", "ca vê a": "kVA", "khối": "m³",
    "tháng": "tháng", "năm": "năm", "ngày": "ngày", "tuần": "tuần", "độ": "độ", "mét tới": "m",
}  # fmt: skip
"""Spoken unit → written. "cây" is a kilometre only with a half or a decimal ("hai cây rưỡi"), else a tree."""

TIME_UNITS = frozenset({"tháng", "năm", "ngày", "tuần"})

COUNT_NOUNS = word_set(
    "đồng đảng hộ nhân khẩu người phiếu em cháu học gia ý lượt buổi kỳ cuộc tuổi điểm phút giây giờ tiếng ngày tháng "
    "năm tuần suất đợt vụ ca trường nội nhiệm việc con cây cái chiếc bộ cặp đôi lần trang quyển cuốn bản lá tập cá "
    "câu quần hội đoàn cán thanh thành trâu bò lợn gà mục phần thôn xã tổ chi cụ bà ông bác anh chị cô chú bạn cặp "
    "bóng cột cờ ghế bàn đầu mâm xe bao thùng cọc cống điều khoản triệu nghìn tỷ trăm mươi chục mét sào tạ tấn"
)
"""First words of what numbers count; after them a number is an amount, not a name or a document's number."""

STRONG = (
    "đồng chí", "đảng viên", "hộ", "nhân khẩu", "khẩu", "người", "phiếu", "tuổi", "phút", "giây", "điểm cầu", "suất",
    "lượt", "buổi", "ngày", "tháng", "tuần", "học sinh", "cháu", "em", "hội viên", "đoàn viên", "quần chúng",
    "gia đình", "cán bộ", "nhân khẩu", "con bò", "con trâu", "con lợn", "cụ", "đại biểu", "ý kiến", "cột", "bóng đèn",
    "bóng", "km", "kỳ", "lần", "tổ", "thôn", "vụ", "trường hợp", "cuộc", "đợt", "chi bộ", "cây", "ghế", "bộ", "chiếc",
    "cái", "cuốn", "quyển", "xe", "bao", "cọc", "nhà", "căn", "tuyến", "đoạn", "giờ", "mâm", "chỉ tiêu", "tiêu chí",
    "ca", "công", "thanh niên", "mô hình", "hạng mục", "lớp", "bài", "tập thể", "cá nhân", "giấy khen", "hồ sơ", "đơn",
    "máy", "camera", "ngôi nhà", "cặp", "con", "đảng bộ", "thành viên", "khách", "trang", "bản",
)  # fmt: skip
"""Nouns before which minutes write even a single-digit count in figures."""

RATE_NOUNS = word_set(
    "hộ khẩu đồng nhân người tháng năm sào ngày cháu em suất đảng mét công buổi lần tấn tạ cân ký thửa "
    "héc hecta ha mẫu nhà"
)
EXACT_BEFORE = word_set(
    "là được đủ mặt vắng còn tổng số thức bị trường phòng mạng tuyến thành phản thu phát có tới cộng thêm lại vẫn chỉ"
)
"""Words after which neighbours are a count ("có mặt hai ba đồng chí"), because a count was asked for."""
EXACT_AFTER = ("trên", "phiếu", "tán thành", "đồng ý", "phần", "không đồng ý", "nhất trí", "biểu quyết")
