package registry

// AppendXML appends the submission as an lcm:SubmitObjectsRequest, with the values, ids and extra slots that were read:
// what a repository sends to a registry elsewhere by ITI-42. Children stand in schema order.
func (s *Submission) AppendXML(dst []byte) []byte {
	w := writer{dst: dst}
	w.dst = append(w.dst, `<lcm:SubmitObjectsRequest xmlns:lcm="`+NamespaceLCM+`"><RegistryObjectList xmlns="`+NamespaceRIM+`">`...)
	for _, d := range s.Documents {
		w.open("ExtrinsicObject", &d.Object)
		w.dst = appendOptional(w.dst, "objectType", d.ObjectType)
		w.dst = appendOptional(w.dst, "mimeType", d.MimeType)
		w.dst = appendOptional(w.dst, "isOpaque", d.Opaque)
		w.content("ExtrinsicObject", &d.Object)
	}
	if s.SubmissionSet != nil {
		w.registryPackage(&s.SubmissionSet.Object)
	}
	for _, f := range s.Folders {
		w.registryPackage(&f.Object)
	}
	for _, a := range s.Associations {
		w.open("Association", &a.Object)
		w.dst = appendOptional(w.dst, "objectType", a.ObjectType)
		w.dst = appendAttr(w.dst, "associationType", a.TypeURN)
		w.dst = appendAttr(w.dst, "sourceObject", a.Source)
		w.dst = appendAttr(w.dst, "targetObject", a.Target)
		w.content("Association", &a.Object)
	}
	return append(w.dst, "</RegistryObjectList></lcm:SubmitObjectsRequest>"...)
}

func (w *writer) registryPackage(o *Object) {
	w.open("RegistryPackage", o)
	w.dst = appendOptional(w.dst, "objectType", o.ObjectType)
	w.content("RegistryPackage", o)
}

func (w *writer) open(element string, o *Object) {
	w.dst = append(append(w.dst, '<'), element...)
	w.dst = appendAttr(w.dst, "id", o.ID)
	w.dst = appendOptional(w.dst, "lid", o.LID)
	w.dst = appendOptional(w.dst, "home", o.Home)
	w.dst = appendOptional(w.dst, "status", o.Status)
}

func (w *writer) content(element string, o *Object) {
	w.dst = append(w.dst, '>')
	w.head(o, "")
	if o.VersionName != "" {
		w.dst = append(w.dst, "<VersionInfo"...)
		w.dst = appendAttr(w.dst, "versionName", o.VersionName)
		w.dst = append(w.dst, "/>"...)
	}
	w.tail(o, "")
	w.dst = append(append(append(w.dst, "</"...), element...), '>')
}
