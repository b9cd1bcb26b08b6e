/** Pictures: the hall's camera, the speaker's own, a screen. */
export const picture = {
  picture: {
    area: "Hình của cuộc họp",
    show: { hall: "Bật hình hội trường", camera: "Bật hình của tôi", screen: "Chiếu màn hình" },
    stop: { hall: "Tắt hình hội trường", camera: "Tắt hình của tôi", screen: "Dừng chiếu" },
    of: {
      hall: (): string => "Hình hội trường",
      camera: (name: string): string => `Đ/c ${name}`,
      screen: (name: string): string => `${name} đang chiếu màn hình`,
    },
    own: { hall: "Hình hội trường đang gửi đi", camera: "Hình của đồng chí đang gửi đi", screen: "Đồng chí đang chiếu màn hình" },
    watch: "Xem hình",
    unwatch: "Tắt hình, chỉ nghe",
    data: "Tốn khoảng 4 đến 10 MB mỗi phút. Không xem vẫn nghe và nói bình thường.",
    held: "Mạng yếu: máy tạm dừng hình để giữ tiếng. Hình tự trở lại khi mạng tốt hơn.",
    spared: { hall: "Mạng chỉ đủ cho một hình: tạm dừng hình hội trường.", shared: "Mạng chỉ đủ cho một hình: tạm dừng hình đang chiếu." },
    joining: "đang nối hình…",
    notKept: "hình không được ghi lại",
    putOut: { hall: "Dừng hình hội trường", shared: "Dừng hình đang chiếu" },
    enlarge: "Phóng to",
    fault: {
      denied: "Máy chưa được phép dùng camera hoặc chưa chọn màn hình để chiếu. Đồng chí bấm lại và chọn “Cho phép”.",
      none: "Không tìm thấy camera trên máy này.",
      busy: "Ứng dụng khác đang dùng camera. Đồng chí đóng ứng dụng đó rồi thử lại.",
      unsafe: "Trang này chưa phải đường truyền an toàn (https) nên máy không cho dùng camera. Đồng chí báo đồng chí thư ký.",
    },
  },
};
