//! The cases N that need code: servers that answer badly.

use super::Coded;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::mpsc::{self, Receiver};
use std::thread;

pub const ALL: &[Coded] = &[
    (
        "N02",
        "a name that leads to an address of the inside is not dialled",
        a_name_of_the_inside_is_not_dialled,
    ),
    (
        "N03",
        "what was looked at is dialled: a name that is allowed is resolved once",
        a_name_of_the_inside_is_not_dialled,
    ),
    (
        "N06",
        "answers of servers: compressed, no UTF-8, no HTTP, cut off, a megabyte and one byte",
        bad_answers,
    ),
    ("N09", "requests that differ in a header or a body are asked each", requests_that_differ_are_asked_each),
];

/// A server that gives `answer` to everybody, and the first line of each request.
fn serve(answer: Vec<u8>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let head = head(&mut stream);
            // The client may have left.
            let _ = stream.write_all(&answer);
            if sender.send(head).is_err() {
                return;
            }
        }
    });
    (port, asked)
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

fn render(template: &str, allowed: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.liquid"), template).unwrap();
    Command::new(crate::child::program())
        .args(["render", "t.liquid", "--format", "text", "--show-requests", "--message-format", "concise"])
        .args(["--allow-host", allowed])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn a_name_of_the_inside_is_not_dialled() {
    let (port, asked) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx".to_vec());
    // The name is not `localhost` to the letter, so that nobody has named this machine; it leads there all the same.
    let host = format!("localhost.:{port}");
    let output = render(&format!("[{{% connected_content http://{host}/ %}}]"), &host);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"[]"[..]), "{said}");
    // There are systems that cannot resolve it.
    let reasons = ["its address may not be asked", "the connection failed: uncategorized error"];
    assert!(reasons.iter().any(|reason| said.contains(reason)), "{said}");
    assert!(asked.try_recv().is_err());
}

fn bad_answers() {
    let with = |head: &str, body: &[u8]| {
        [b"HTTP/1.1 ", head.as_bytes(), b"\r\nConnection: close\r\n\r\n", body].concat()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 64 << 20]).unwrap();
    let bomb = gzip.finish().unwrap();
    for (answer, expected, reason) in [
        (with("200 OK", b"\xff\xfe"), Some("\u{fffd}\u{fffd}"), "200"),
        (with("200 OK\r\nContent-Type: application/json", b"{\"a\": "), Some("{\"a\": "), "200"),
        (with("204 No Content", b""), Some(""), "204"),
        (with("500 Oops", b"{}"), Some(""), "500"),
        (with("200 OK\r\nContent-Length: 10", b"x"), Some(""), "answered by the network: "),
        (with("200 OK", &vec![b'x'; (1 << 20) + 1]), Some(""), "larger than"),
        // It is not unpacked, and is no text.
        (with("200 OK\r\nContent-Encoding: gzip", &bomb), None, ": 200, "),
        (b"not HTTP at all\r\n\r\n".to_vec(), Some(""), "answered by the network: "),
        (b"".to_vec(), Some(""), "answered by the network: "),
        (
            [&b"HTTP/1.1 200 OK\r\n"[..], &b"X: y\r\n".repeat(100_000)].concat(),
            Some(""),
            "answered by the network: ",
        ),
    ] {
        let (port, _asked) = serve(answer);
        let host = format!("127.0.0.1:{port}");
        let output = render(&format!("[{{% connected_content http://{host}/ %}}]"), &host);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(output.stdout.len() <= (1 << 20) + 2 && said.contains(reason), "{said}");
        if let Some(expected) = expected {
            assert_eq!(String::from_utf8_lossy(&output.stdout), format!("[{expected}]"), "{said}");
        }
    }
}

fn requests_that_differ_are_asked_each() {
    let (port, asked) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx".to_vec());
    let host = format!("127.0.0.1:{port}");
    let template = format!(
        "{{% connected_content http://{host}/ :headers {{\"X-User\": \"ada\"}} %}}\
         {{% connected_content http://{host}/ :headers {{\"X-User\": \"bob\"}} %}}\
         {{% connected_content http://{host}/ %}}"
    );
    let output = render(&template, &host);
    assert_eq!(output.stdout, b"xxx", "{}", String::from_utf8_lossy(&output.stderr));
    let heads: Vec<String> = asked.try_iter().map(|head| head.to_ascii_lowercase()).collect();
    assert_eq!(heads.len(), 3, "{heads:?}");
    assert!(
        heads[0].contains("x-user: ada") && heads[1].contains("x-user: bob") && !heads[2].contains("x-user")
    );
}
