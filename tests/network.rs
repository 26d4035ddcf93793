//! What `--allow-host` lets through, against servers on this machine.
#![cfg(feature = "cli")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// A server that answers each connection as `answer` does, and the texts of the requests.
fn serve(answer: impl Fn(&mut TcpStream) + Send + 'static) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            let mut body = vec![0; length];
            if stream.read_exact(&mut body).is_err()
                || sender.send(head + &String::from_utf8(body).unwrap()).is_err()
            {
                return;
            }
            answer(&mut stream);
        }
    });
    (port, asked)
}

fn reply(status: &str, body: &str) -> impl Fn(&mut TcpStream) + Send + use<> {
    let text =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    move |stream| {
        // The client may have left.
        let _ = stream.write_all(text.as_bytes());
    }
}

struct Run {
    folder: tempfile::TempDir,
}

impl Run {
    fn new(template: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("t.liquid"), template).unwrap();
        Run { folder }
    }

    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_carafe"))
            .args(["render", "t.liquid", "--format", "text", "--show-requests"])
            .args(arguments)
            .current_dir(self.folder.path() as &Path)
            .env("HTTP_PROXY", "http://127.0.0.1:1")
            .env("ALL_PROXY", "http://127.0.0.1:1")
            .env("API_KEY", "s3cret-value")
            .output()
            .unwrap()
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_host_that_is_not_allowed_is_not_asked() {
    let (port, asked) = serve(reply("200 OK", "{}"));
    let run = Run::new(&format!("{{% connected_content http://127.0.0.1:{port}/ %}}{{{{ connected }}}}!"));
    let other = format!("127.0.0.2:{port}");
    for arguments in
        [&[][..], &["--allow-host", "127.0.0.1"], &["--allow-host", &other], &["--allow-host", "localhost"]]
    {
        let (body, said) = texts(&run.run(arguments));
        assert_eq!(body, "!", "{said}");
        assert!(said.contains("answered by nobody"), "{said}");
    }
    assert!(asked.try_recv().is_err());
}

#[test]
fn an_allowed_host_answers_once_though_a_render_runs_twice() {
    let (port, asked) = serve(reply("200 OK", r#"{"sky": "clear"}"#));
    let run = Run::new(&format!(
        "{{% connected_content http://127.0.0.1:{port}/now :method post :body a=b :headers {{\"X-Token\": \"t0ken\"}} %}}{{{{connected.sky}}}}"
    ));
    let (body, said) = texts(&run.run(&["--allow-host", &format!("127.0.0.1:{port}"), "--strict"]));
    assert_eq!(body, "clear", "{said}");
    let request = asked.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(request.starts_with("POST /now HTTP/1.1\r\n") && request.ends_with("\r\n\r\na=b"), "{request}");
    assert!(asked.try_recv().is_err());
    assert!(said.contains("answered by the network") && !said.contains("t0ken"), "{said}");
}

#[test]
fn redirects_are_not_followed_and_large_or_slow_answers_fail() {
    let (inner, reached) = serve(reply("200 OK", "{}"));
    let (port, _asked) = serve(move |stream| {
        let text =
            format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner}/\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(text.as_bytes());
    });
    let template =
        |port: u16| format!("{{% connected_content http://127.0.0.1:{port}/ %}}{{{{ connected }}}}!");
    let allowed = |port: u16| format!("127.0.0.1:{port}");
    let hosts = [allowed(port), allowed(inner)];
    let (body, said) =
        texts(&Run::new(&template(port)).run(&["--allow-host", &hosts[0], "--allow-host", &hosts[1]]));
    assert_eq!(body, "!", "{said}");
    assert!(said.contains("302") && reached.try_recv().is_err(), "{said}");

    let (port, _asked) = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let block = [b'x'; 1 << 16];
        while stream.write_all(&block).is_ok() {}
    });
    let (body, said) = texts(&Run::new(&template(port)).run(&["--allow-host", &allowed(port)]));
    assert_eq!(body, "!");
    assert!(said.contains("larger than"), "{said}");

    let (port, _asked) = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let start = Instant::now();
    let (body, said) = texts(&Run::new(&template(port)).run(&["--allow-host", &allowed(port)]));
    assert_eq!(body, "!");
    assert!(said.contains("no answer came within 2 seconds"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_credential_goes_to_its_hosts_only_and_is_never_shown() {
    let (port, asked) = serve(|stream| reply("200 OK", r#"{"echo": "s3cret-value"}"#)(stream));
    let project = "[secrets]\nKEY = { env = 'API_KEY' }\nGONE = { env = 'CARAFE_NO_SUCH_VARIABLE' }\n\
                   [credentials.mine]\nhosts = ['127.0.0.1']\nuser = 'ada'\npassword = '<secret:KEY>'\n\
                   [credentials.other]\nhosts = ['api.example.com']\nuser = '<secret:KEY>'\n\
                   [credentials.gone]\nhosts = ['127.0.0.1']\nuser = '<secret:GONE>'\n";
    let host = format!("127.0.0.1:{port}");
    let render = |name: &str| {
        let template = format!(
            "{{% connected_content http://127.0.0.1:{port}/ :basic_auth {name} %}}{{{{connected.echo}}}}"
        );
        texts(&Run::new(&template).file("carafe.toml", project).run(&["--allow-host", &host]))
    };
    let (body, said) = render("mine");
    assert_eq!(body, "<secret:KEY>", "{said}");
    assert!(!said.contains("s3cret-value"), "{said}");
    let request = asked.recv_timeout(Duration::from_secs(5)).unwrap().to_ascii_lowercase();
    assert!(request.contains("authorization: basic ywrhonmzy3jldc12ywx1zq=="), "{request}");
    for (name, reason) in [
        ("other", "may not be sent to `127.0.0.1`"),
        ("gone", "the environment variable CARAFE_NO_SUCH_VARIABLE is not set"),
        ("nobodys", "has no credential `nobodys`"),
    ] {
        let (_, said) = render(name);
        assert!(said.contains(reason), "{said}");
    }
    assert!(asked.try_recv().is_err());
}
